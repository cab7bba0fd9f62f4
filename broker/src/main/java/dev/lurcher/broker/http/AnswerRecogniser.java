package dev.lurcher.broker.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Follows the bytes with which a worker answers one request, so that the end of the answer is known (RFC 9112, 6.3).
 * Changes no byte and keeps none; reused for every exchange of a connection.
 *
 * <pre>
 *          +-- 1xx --+
 *          v         |
 *   reset  HEAD -----+---- sound ----> CONTENT ----> END
 *          |  |  |                       |
 *          |  |  +-- 101 --> TUNNEL      +-- bad chunk --> BAD
 *          |  +-- broken head or framing --> BAD
 *          +-- not HTTP --> UNKNOWN
 * </pre>
 *
 * <p>Thread: the connection's event loop.
 */
final class AnswerRecogniser {
    /** How far the answer has come. */
    enum State {
        /** Inside the head, or before it, or inside an interim (1xx) head. */
        HEAD,
        /** Inside the content. */
        CONTENT,
        /** The answer is complete; what comes after it does not belong to it. */
        END,
        /** After a 101 head: every byte passes until the connection ends. */
        TUNNEL,
        /** The bytes are no HTTP answer: they pass unchanged and end with the connection. */
        UNKNOWN,
        /** It begins as an HTTP answer but has no sound framing: refuse it, or pass it and end the connection with it. */
        BAD
    }

    private static final int BLOCK_BYTES = 512;

    private final AnswerHead head = new AnswerHead();
    /** Made for the first chunked answer of the connection. */
    private @Nullable ChunkedContent chunks;

    private State state = State.HEAD;
    private boolean forHead;
    private boolean interim;
    private boolean chunked;
    /** Octets of content still to come; negative: until the connection ends. */
    private long rest;

    private long contentBytes;
    private int headBytes;
    private int status;

    /**
     * Makes ready for the next answer.
     *
     * @param forHead whether the request's method was HEAD
     */
    void reset(boolean forHead) {
        head.start();
        state = State.HEAD;
        this.forHead = forHead;
        interim = false;
        chunked = false;
        rest = 0;
        contentBytes = 0;
        status = 0;
    }

    /**
     * Looks at the next bytes of the answer; does not move the buffer's indices.
     *
     * @return how many of them belong to the answer, 0..length; less than {@code length} only in state {@link State#END}:
     *     the rest must not reach the client
     */
    int feed(ByteBuf buffer, int index, int length) {
        int at = index;
        int end = index + length;
        while (at < end && state == State.HEAD) {
            at = readHead(buffer, at, end);
        }
        headBytes = at - index;
        if (state == State.CONTENT) {
            int before = at;
            at = chunked ? readChunks(buffer, at, end) : readContent(at, end);
            contentBytes += at - before;
        }
        return state == State.END ? at - index : length;
    }

    /**
     * The next bytes of the answer come from elsewhere, and are not looked at.
     *
     * @param length how many there are
     * @return how many of them belong to the answer; -1 where they would have to be looked at
     */
    long skip(long length) {
        if (state == State.UNKNOWN || state == State.TUNNEL) {
            return length;
        } else if (state != State.CONTENT || chunked) {
            return -1;
        }
        long taken = rest < 0 ? length : Math.min(rest, length);
        contentBytes += taken;
        if (rest >= 0) {
            rest -= taken;
            if (rest == 0) {
                state = State.END;
            }
        }
        return taken;
    }

    State state() {
        return state;
    }

    /** How many of the bytes that were fed last belong to the head. */
    int headBytes() {
        return headBytes;
    }

    /** The status code, 100..999; 0 as long as no final status line was seen. */
    int status() {
        return status;
    }

    /** Bytes of content so far, chunk framing included. */
    long contentBytes() {
        return contentBytes;
    }

    /** Whether the connection may stay open after this answer. Final in state {@link State#END}. */
    boolean keepsConnection() {
        return state == State.END && !head.fields().saysClose() && !head.isHttp10();
    }

    /** Whether the answer ends only where the connection ends. Final once the state is no longer {@link State#HEAD}. */
    boolean untilClose() {
        return (state == State.CONTENT && rest < 0)
                || state == State.TUNNEL
                || state == State.UNKNOWN
                || state == State.BAD;
    }

    private int readHead(ByteBuf buffer, int at, int end) {
        int next;
        if (buffer.hasArray()) {
            int shift = buffer.arrayOffset();
            next = head.read(buffer.array(), at + shift, end + shift) - shift;
        } else {
            byte[] block = OctetCheck.block();
            int length = Math.min(BLOCK_BYTES, end - at);
            buffer.getBytes(at, block, 0, length);
            next = at + head.read(block, 0, length);
        }
        switch (head.outcome()) {
            case MORE -> {}
            case COMPLETE -> endOfHead();
            case NO_HTTP -> state = interim ? State.BAD : State.UNKNOWN;
            case BAD -> state = State.BAD;
        }
        return next;
    }

    private void endOfHead() {
        FramingFields fields = head.fields();
        int code = head.status();
        boolean informs = code < 200 && code != 101;
        status = informs ? 0 : code;
        if (fields.isContradictory() || (fields.hasCoding() && head.isHttp10())) {
            state = State.BAD;
        } else if (informs) {
            interim = true;
            head.start();
        } else if (code == 101) {
            state = State.TUNNEL;
        } else if (forHead || code == 204 || code == 304) {
            state = State.END;
        } else if (fields.isChunked()) {
            startChunks();
        } else {
            rest = fields.hasCoding() ? -1 : fields.length();
            state = rest == 0 ? State.END : State.CONTENT;
        }
    }

    private int readContent(int at, int end) {
        if (rest < 0) {
            return end;
        }
        int taken = (int) Math.min(rest, end - at);
        rest -= taken;
        if (rest == 0) {
            state = State.END;
        }
        return at + taken;
    }

    private void startChunks() {
        if (chunks == null) {
            chunks = new ChunkedContent();
        }
        chunks.start();
        chunked = true;
        state = State.CONTENT;
    }

    private int readChunks(ByteBuf buffer, int at, int end) {
        int next = chunks == null ? end : chunks.read(buffer, at, end);
        if (chunks != null && chunks.isBad()) {
            state = State.BAD;
        } else if (chunks != null && chunks.isComplete()) {
            state = State.END;
        }
        return next;
    }
}
