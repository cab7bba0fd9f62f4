package dev.lurcher.broker.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream of requests by the grammar of RFC 9112 and by other means than the decoder: regular expressions over the
 * whole stream. Takes what the decoder refuses for other reasons, such as limits; but where both take a request they must be
 * of one mind about what it says and where it ends.
 */
final class RequestGrammar {
    private static final String TOKEN = "[A-Za-z0-9!#$%&'*+.^_`|~-]";
    private static final String TEXT = "[\\t\\x20-\\x7e\\x80-\\xff]";
    private static final String FIELDS = "((?:" + TOKEN + "++:" + TEXT + "*+\\r\\n)*+)\\r\\n";

    private static final Pattern HEAD =
            Pattern.compile("(?:\\r\\n)?+(" + TOKEN + "++) ([\\x21-\\x7e]++) (HTTP/1\\.[01])\\r\\n" + FIELDS);

    private static final Pattern FIELD = Pattern.compile("(" + TOKEN + "++):[ \\t]*+(" + TEXT + "*+)\\r\\n");
    private static final Pattern BLANK_END = Pattern.compile("[ \\t]+$");
    private static final Pattern TRAILERS = Pattern.compile(FIELDS);
    private static final Pattern CHUNK_LINE = Pattern.compile("([0-9A-Fa-f]{1,16})(?:;" + TOKEN + "++(?:=(?:" + TOKEN
            + "++|\"(?:[\\t\\x20\\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\" + TEXT + ")*+\"))?+)*+\\r\\n");

    private static final Pattern TARGET =
            Pattern.compile("(?:[Hh][Tt][Tt][Pp]://([^/?#]*))?([^?#]*)(\\?[^#]*)?(#.*)?", Pattern.DOTALL);

    private final String octets;
    private int at;

    /**
     * One request.
     *
     * @param shown as {@link DecoderRig#verdict()} shows it
     * @param fields {@code name=value}, names in lower case
     */
    record Sound(String shown, List<String> fields) {}

    private RequestGrammar(String octets) {
        this.octets = octets;
    }

    /** The requests with which a stream begins, up to the first that is unsound or incomplete. */
    static List<Sound> read(String octets) {
        RequestGrammar grammar = new RequestGrammar(octets);
        List<Sound> requests = new ArrayList<>();
        for (Sound next = grammar.next(); next != null; next = grammar.next()) {
            requests.add(next);
        }
        return requests;
    }

    private @Nullable Sound next() {
        Matcher head = here(HEAD);
        if (head == null) {
            return null;
        }
        List<String> fields = new ArrayList<>();
        Matcher field = FIELD.matcher(head.group(4));
        while (field.find()) {
            String name = field.group(1).toLowerCase(Locale.ROOT);
            fields.add(name + "=" + BLANK_END.matcher(field.group(2)).replaceFirst(""));
        }
        Matcher target = TARGET.matcher(head.group(2));
        if (!target.matches()) {
            return null;
        }
        String content = content(fields);
        if (content == null) {
            return null;
        }
        String authority = target.group(1);
        if (authority != null) {
            fields.replaceAll(line -> line.startsWith("host=") ? "host=" + authority : line);
        }
        String uri = uri(head.group(1), target) + (target.group(4) == null ? "" : target.group(4));
        return new Sound(head.group(1) + " " + uri + " @" + host(authority, fields) + content, List.copyOf(fields));
    }

    private static String uri(String method, Matcher target) {
        String path = target.group(2);
        String query = target.group(3) == null ? "" : target.group(3);
        if (!path.isEmpty()) {
            return path + query;
        }
        boolean asterisk = method.equals("OPTIONS") && query.isEmpty() && target.group(4) == null;
        return asterisk ? "*" : "/" + query;
    }

    private static String host(@Nullable String authority, List<String> fields) {
        String named = authority != null ? authority : first("host", fields);
        return named == null ? "-" : named.replaceFirst(":[0-9]*$", "").toLowerCase(Locale.ROOT);
    }

    /** Shown with a space before it where there is some; null where it is unsound or not all there. */
    private @Nullable String content(List<String> fields) {
        String length = first("content-length", fields);
        boolean chunked = first("transfer-encoding", fields) != null;
        String content;
        if (chunked) {
            content = length == null ? chunks() : null;
        } else {
            content = length == null ? "" : plain(length);
        }
        return content == null || content.isEmpty()
                ? content
                : " \"" + WireText.text(content.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)) + "\"";
    }

    private @Nullable String plain(String length) {
        if (!length.matches("[0-9]{1,9}") || Integer.parseInt(length) > octets.length() - at) {
            return null;
        }
        int from = at;
        at += Integer.parseInt(length);
        return octets.substring(from, at);
    }

    private @Nullable String chunks() {
        StringBuilder content = new StringBuilder();
        while (true) {
            Matcher line = here(CHUNK_LINE);
            if (line == null) {
                return null;
            }
            long size = Long.parseUnsignedLong(line.group(1), 16);
            if (size == 0) {
                return here(TRAILERS) == null ? null : content.toString();
            }
            if (size < 0 || size > octets.length() - at || !octets.startsWith("\r\n", at + (int) size)) {
                return null;
            }
            content.append(octets, at, at + (int) size);
            at += (int) size + 2;
        }
    }

    /** The value of a field that must not come twice: then it counts as one that fits nothing. */
    private static @Nullable String first(String name, List<String> fields) {
        List<String> values =
                fields.stream().filter(line -> line.startsWith(name + "=")).toList();
        return values.isEmpty()
                ? null
                : values.size() > 1 ? "twice" : values.getFirst().substring(name.length() + 1);
    }

    private @Nullable Matcher here(Pattern pattern) {
        Matcher matcher = pattern.matcher(octets).region(at, octets.length());
        if (!matcher.lookingAt()) {
            return null;
        }
        at = matcher.end();
        return matcher;
    }
}
