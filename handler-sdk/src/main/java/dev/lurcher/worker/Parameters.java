package dev.lurcher.worker;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Names and values in the order in which the client sent them, decoded: of a query, a form, or of cookies. A name may stand there
 * several times; upper and lower case are different. Immutable.
 */
public final class Parameters implements Iterable<Parameters.Parameter> {
    /** No parameter at all. */
    public static final Parameters NONE = new Parameters(List.of());

    private static final int MOST = 10_000;

    private final List<Parameter> all;

    /** One of them. */
    public record Parameter(String name, String value) {}

    Parameters(List<Parameter> all) {
        this.all = List.copyOf(all);
    }

    /**
     * Reads what a query or a form has: {@code application/x-www-form-urlencoded}, in UTF-8.
     *
     * @param encoded chars 0..255
     * @throws ResponseException 400 if there are more than 10,000
     */
    static Parameters decode(String encoded) {
        if (encoded.isEmpty()) {
            return NONE;
        }
        List<Parameter> all = new ArrayList<>();
        int from = 0;
        while (from <= encoded.length()) {
            int to = encoded.indexOf('&', from);
            to = to < 0 ? encoded.length() : to;
            if (to > from) {
                int equals = encoded.indexOf('=', from);
                boolean valued = equals >= 0 && equals < to;
                String name = encoded.substring(from, valued ? equals : to);
                String value = valued ? encoded.substring(equals + 1, to) : "";
                all.add(new Parameter(PercentCode.decode(name, true), PercentCode.decode(value, true)));
                bound(all.size());
            }
            from = to + 1;
        }
        return new Parameters(all);
    }

    /** Reads the values of {@code Cookie} fields: RFC 6265, 4.2.1. */
    static Parameters cookies(List<String> fields) {
        List<Parameter> all = new ArrayList<>();
        for (String field : fields) {
            for (String pair : field.split(";", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0 && !pair.substring(0, equals).isBlank()) {
                    String value = pair.substring(equals + 1).strip();
                    boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
                    all.add(new Parameter(
                            pair.substring(0, equals).strip(),
                            quoted ? value.substring(1, value.length() - 1) : value));
                    bound(all.size());
                }
            }
        }
        return all.isEmpty() ? NONE : new Parameters(all);
    }

    /** How many there are. */
    public int size() {
        return all.size();
    }

    /** The first value of a name; null where there is none. */
    public @Nullable String first(String name) {
        for (Parameter parameter : all) {
            if (parameter.name().equals(name)) {
                return parameter.value();
            }
        }
        return null;
    }

    /** All values of a name, in order; empty where there is none. */
    public List<String> all(String name) {
        List<String> values = new ArrayList<>();
        for (Parameter parameter : all) {
            if (parameter.name().equals(name)) {
                values.add(parameter.value());
            }
        }
        return values;
    }

    /** Each name once, in the order of its first value. */
    public Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        all.forEach(parameter -> names.add(parameter.name()));
        return names;
    }

    @Override
    public Iterator<Parameter> iterator() {
        return all.iterator();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Parameters that && all.equals(that.all);
    }

    @Override
    public int hashCode() {
        return all.hashCode();
    }

    @Override
    public String toString() {
        return all.toString();
    }

    private static void bound(int size) {
        if (size > MOST) {
            throw Response.error(400, "More than " + MOST + " parameters").exception();
        }
    }
}
