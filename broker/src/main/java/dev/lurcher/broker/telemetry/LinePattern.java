package dev.lurcher.broker.telemetry;

import dev.lurcher.broker.telemetry.TelemetryException.Code;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A line of the access log as somebody wants it: text in which names in braces stand for what there is to say.
 * <pre>
 *   {remote} "{method} {uri} {version}" {status} {duration_s}
 * </pre>
 * Two opening braces are one. What is empty or not known is written as {@code -}; quotes, backslashes and what is no printable ASCII are
 * escaped as in Apache's formats, so that no value ends the line, or the quotes around it. Immutable.
 */
public final class LinePattern {
    /** What counts where none is written. */
    public static final String USUAL =
            "{time} {remote} {host} \"{method} {uri} {version}\" {status} {bytes} {duration_s} {queue_us} {handler} {request}"
                    + " {reason}";

    /** Longest pattern taken. */
    private static final int MOST_CHARS = 4096;

    /** What there is to say of an exchange. */
    enum Name {
        TIME,
        APACHE_TIME,
        EPOCH,
        SERVER,
        HOST,
        ROUTE,
        HANDLER,
        WORKER,
        TRIES,
        REMOTE,
        PORT,
        METHOD,
        PATH,
        QUERY,
        URI,
        VERSION,
        REFERER,
        USER_AGENT,
        STATUS,
        BYTES,
        DURATION_US,
        DURATION_S,
        QUEUE_US,
        CONNECTION,
        REQUEST,
        TRACE,
        REASON;

        private static final Map<String, Name> ALL =
                Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Name::key, Function.identity()));

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A part of the pattern.
     *
     * @param text what stands before the name
     * @param name what is written then; null at the end
     */
    @SuppressWarnings("ArrayRecordComponent") // parts are not compared
    record Part(byte[] text, @Nullable Name name) {}

    private final List<Part> parts;

    private LinePattern(List<Part> parts) {
        this.parts = parts;
    }

    /**
     * Reads a pattern.
     *
     * @throws TelemetryException BAD_PATTERN, with what is wrong and what may be written
     */
    public static LinePattern of(String pattern) {
        if (pattern.length() > MOST_CHARS) {
            throw bad("it is longer than " + MOST_CHARS + " characters");
        }
        List<Part> parts = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        int at = 0;
        while (at < pattern.length()) {
            char c = pattern.charAt(at);
            if (c < 0x20 || c == 0x7f) {
                throw bad("it has a control character");
            } else if (pattern.startsWith("{{", at)) {
                text.append('{');
                at += 2;
            } else if (c == '{') {
                int end = pattern.indexOf('}', at);
                parts.add(
                        new Part(utf8(text), named(end < 0 ? pattern.substring(at) : pattern.substring(at + 1, end))));
                text.setLength(0);
                at = end + 1;
            } else {
                text.append(c);
                at++;
            }
        }
        parts.add(new Part(utf8(text), null));
        return new LinePattern(List.copyOf(parts));
    }

    private static byte[] utf8(StringBuilder text) {
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static Name named(String key) {
        Name name = Name.ALL.get(key);
        if (name == null) {
            throw bad("\"" + key + "\" is no name that there is in braces");
        }
        return name;
    }

    private static TelemetryException bad(String fault) {
        return new TelemetryException(
                Code.BAD_PATTERN,
                "access_log.pattern: " + fault + ". Fix: write text with any of {"
                        + Arrays.stream(Name.values()).map(Name::key).collect(Collectors.joining("} {"))
                        + "}, and {{ for a brace");
    }

    List<Part> parts() {
        return parts;
    }
}
