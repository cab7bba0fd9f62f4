package dev.lurcher.broker.http;

import io.netty.buffer.ByteBuf;

/**
 * Follows chunked content (RFC 9112, 7.1) to its end, trailers included, without looking at the data.
 *
 * <pre>  LINE --> DATA --> CR --> LF --> LINE ...     LINE of size 0 --> TRAILERS --> complete </pre>
 */
final class ChunkedContent {
    private static final int LINE_BYTES = 1024;
    private static final int MOST = 1 << 30;

    private enum State {
        LINE,
        DATA,
        CR,
        LF,
        TRAILERS
    }

    private final ChunkLineCheck line = new ChunkLineCheck(LINE_BYTES, 1L << 58);
    private final FieldsCheck trailers = FieldsCheck.ofTrailers(MOST, MOST);
    private State state = State.LINE;
    private long rest;
    private boolean bad;

    void start() {
        state = State.LINE;
        bad = false;
        line.start();
        trailers.start();
    }

    boolean isComplete() {
        return trailers.isComplete();
    }

    boolean isBad() {
        return bad || line.refusal() != null || trailers.refusal() != null;
    }

    /** Reads until the bytes or the content ends, or it is bad; returns the index behind the last byte read. */
    int read(ByteBuf buffer, int from, int end) {
        int at = from;
        while (at < end && !isComplete() && !isBad()) {
            at = switch (state) {
                case LINE -> line(buffer, at, end);
                case DATA -> data(at, end);
                case CR -> octet(buffer, at, '\r', State.LF);
                case LF -> octet(buffer, at, '\n', State.LINE);
                case TRAILERS -> trailers.feed(buffer, at, end);
            };
        }
        return at;
    }

    private int line(ByteBuf buffer, int at, int end) {
        int next = line.feed(buffer, at, end);
        if (line.isComplete()) {
            rest = line.size();
            state = rest == 0 ? State.TRAILERS : State.DATA;
            line.start();
        }
        return next;
    }

    private int data(int at, int end) {
        int taken = (int) Math.min(rest, end - at);
        rest -= taken;
        if (rest == 0) {
            state = State.CR;
        }
        return at + taken;
    }

    private int octet(ByteBuf buffer, int at, char expected, State next) {
        bad = buffer.getByte(at) != expected;
        state = next;
        return at + 1;
    }
}
