package dev.lurcher.broker.directory;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The value of an Accept-Encoding field (RFC 9110, 12.5.3).
 * <pre>  #( codings [ ";" "q=" qvalue ] )     codings = content-coding / "identity" / "*"  </pre>
 * What cannot be read counts as not accepted. Stateless.
 */
final class AcceptedCodings {
    private static final int ONE = 1000;

    private AcceptedCodings() {}

    /**
     * The coding to send, or null for the file as it is: the one with the greatest weight, where several have it the first. The
     * file as it is goes before them only when the client gives it a greater weight by name.
     *
     * @param available in the order in which they are preferred
     */
    static @Nullable Coding best(String value, List<Coding> available) {
        int any = weight(value, "*");
        Coding best = null;
        int greatest = Math.max(0, weight(value, "identity"));
        for (Coding coding : available) {
            int named = weight(value, coding.token());
            if (named < 0 && coding == Coding.GZIP) {
                named = weight(value, "x-gzip");
            }
            int weight = named < 0 ? Math.max(0, any) : named;
            if (weight > 0 && (weight > greatest || (best == null && weight == greatest))) {
                greatest = weight;
                best = coding;
            }
        }
        return best;
    }

    /** The weight of a word in thousandths, -1 where the list does not have it. */
    private static int weight(String list, String word) {
        for (int from = 0; from < list.length(); ) {
            int comma = list.indexOf(',', from);
            int end = comma < 0 ? list.length() : comma;
            int semicolon = list.indexOf(';', from);
            int wordEnd = semicolon < 0 || semicolon > end ? end : semicolon;
            if (list.substring(from, wordEnd).strip().equalsIgnoreCase(word)) {
                return wordEnd == end
                        ? ONE
                        : quality(list.substring(wordEnd + 1, end).strip());
            }
            from = end + 1;
        }
        return -1;
    }

    /** Thousandths of {@code q=0.5}, say; 0 for what is none. */
    private static int quality(String parameter) {
        int equals = parameter.indexOf('=');
        if (equals < 0 || !parameter.substring(0, equals).strip().equalsIgnoreCase("q")) {
            return 0;
        }
        String value = parameter.substring(equals + 1).strip();
        if (!value.matches("0(\\.[0-9]{0,3})?|1(\\.0{0,3})?")) {
            return 0;
        }
        return (int) Math.round(Double.parseDouble(value) * ONE);
    }
}
