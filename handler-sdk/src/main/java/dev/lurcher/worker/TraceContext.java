package dev.lurcher.worker;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a request belongs in a distributed trace: W3C Trace Context, as the client or the broker said it.
 *
 * @param traceId 32 hexadecimal digits
 * @param parentId the span that this request is part of: 16 hexadecimal digits
 * @param sampled whether that one is recorded
 * @param state the field {@code tracestate}, empty where there is none
 */
public record TraceContext(String traceId, String parentId, boolean sampled, String state) {
    private static final Pattern TRACE_PARENT =
            Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");
    private static final Pattern ZEROES = Pattern.compile("0+");

    /** Null where the field is none. */
    static @Nullable TraceContext read(@Nullable String traceParent, String state) {
        Matcher matcher = TRACE_PARENT.matcher(traceParent == null ? "" : traceParent);
        if (!matcher.matches()
                || matcher.group(1).equals("ff")
                || (matcher.group(1).equals("00") && matcher.group(5) != null)
                || ZEROES.matcher(matcher.group(2)).matches()
                || ZEROES.matcher(matcher.group(3)).matches()) {
            return null;
        }
        boolean sampled = (Integer.parseInt(matcher.group(4), 16) & 1) == 1;
        return new TraceContext(matcher.group(2), matcher.group(3), sampled, state);
    }

    /** The field {@code traceparent} for what this worker asks of others, from a span of its own: 16 hexadecimal digits. */
    public String traceParent(String spanId) {
        return "00-" + traceId + "-" + spanId + (sampled ? "-01" : "-00");
    }
}
