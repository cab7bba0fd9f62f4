package dev.lurcher.broker.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Checks a request head.
 *
 * <pre>  head = [ CRLF ] request-line fields      RFC 9112, 2.1 and 2.2 </pre>
 */
final class HeadCheck extends OctetCheck {
    private final RequestLineCheck line;
    private final FieldsCheck fields;

    HeadCheck(HttpLimits limits, boolean relaxed) {
        line = new RequestLineCheck(limits.requestLineBytes(), relaxed);
        fields = FieldsCheck.ofHead(limits);
    }

    @Override
    void start() {
        super.start();
        line.start();
        fields.start();
    }

    @Override
    void base(int base) {
        super.base(base);
        line.base(base);
        fields.base(base);
    }

    @Override
    int read(byte[] a, int from, int to) {
        int i = line.isComplete() ? from : line.read(a, from, to);
        if (i < to && line.isComplete()) {
            i = fields.read(a, i, to);
            if (fields.isComplete()) {
                complete();
            }
        }
        return i;
    }

    @Override
    @Nullable
    Refusal refusal() {
        Refusal refusal = line.refusal() == null ? fields.refusal() : line.refusal();
        return refusal == null ? null : refusal.withHead(line.isHead());
    }

    /** Drops an empty line that stands alone before a request, so that nothing waits between two requests. */
    void skipEmptyLine(ByteBuf in) {
        if (line.hasOnlyEmptyLine()) {
            in.skipBytes(2);
            super.start();
        }
    }

    /** Whether nothing has come at all since the part before, not even an empty line. */
    boolean isUntouched() {
        return !line.begun() && !line.hasOnlyEmptyLine();
    }

    /** Whether a request has begun to come; an empty line before it does not count. */
    boolean begun() {
        return line.begun();
    }

    RequestLineCheck line() {
        return line;
    }

    int fieldCount() {
        return fields.count();
    }
}
