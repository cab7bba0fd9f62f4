package dev.lurcher.broker.proxy;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the answer to one request off a connection (RFC 9112, 4 to 7), part by part, strictly; used again for each request.
 *
 * <pre>
 *         +- 1xx -+
 *         v       |
 * start  HEAD ----+--> LENGTH ---------------------------------------+
 *         |                                                          v
 *         +--> CHUNK_LINE <--> CHUNK_DATA, CHUNK_END                END
 *         |        +--------> TRAILERS ----------------------------->^
 *         +--> UNTIL_CLOSE ----------------- end of input -----------+
 *         +--> (no content) ---------------------------------------->+
 * </pre>
 *
 * <p>Thread: the connection's event loop.
 */
final class AnswerDecoder {
    /** What was read. */
    enum Part {
        /** Nothing whole: more bytes are needed. */
        NEED_MORE,
        /** An interim head. */
        INTERIM,
        /** The head of the answer; or the one with which HTTP ends (101). */
        HEAD,
        /** Some content. */
        CONTENT,
        /** The end of the answer. Bytes that are left do not belong to it. */
        END
    }

    private enum State {
        HEAD,
        LENGTH,
        CHUNK_LINE,
        CHUNK_DATA,
        CHUNK_END,
        TRAILERS,
        UNTIL_CLOSE,
        ENDING,
        END
    }

    static final int MOST_HEAD_BYTES = 64 * 1024;
    static final int MOST_TRAILER_BYTES = 8 * 1024;
    static final int MOST_CHUNK_LINE_BYTES = 1024;
    static final int MOST_INTERIM = 16;

    private static final long MOST_CHUNK_BYTES = 1L << 58;

    private State state = State.END;
    private boolean forHead;
    private int interim;
    private long rest;

    /** How far the section that has begun was looked at, from the reader index. */
    private int looked;
    /** Where its present line begins, from the reader index. */
    private int line;

    private int contentBytes;
    private @Nullable UpstreamHead head;
    private FieldLines trailers = FieldLines.NONE;

    /**
     * Makes ready for the answer to the next request.
     *
     * @param toHead whether its method is HEAD
     */
    void start(boolean toHead) {
        forHead = toHead;
        interim = 0;
        trailers = FieldLines.NONE;
        section(State.HEAD);
    }

    private void section(State next) {
        state = next;
        looked = 0;
        line = 0;
    }

    /** The latest head. */
    UpstreamHead head() {
        return Objects.requireNonNull(head, "no head was read");
    }

    /** The trailer fields, after {@link Part#END}. */
    FieldLines trailers() {
        return trailers;
    }

    /** Whether not even the first byte of an answer was read. */
    boolean isFresh() {
        return state == State.HEAD && looked == 0 && interim == 0;
    }

    /**
     * Reads the next part. A section that is not whole must stay in the buffer, with more bytes behind it at the next call.
     *
     * @return {@link Part#CONTENT}: the next {@link #contentBytes} bytes of the buffer, which the caller takes out
     * @throws UpstreamException BAD_ANSWER
     */
    Part read(ByteBuf in) {
        while (state != State.END) {
            if (state != State.ENDING && !in.isReadable()) {
                return Part.NEED_MORE;
            }
            switch (state) {
                case HEAD -> {
                    return head(in);
                }
                case LENGTH, CHUNK_DATA, UNTIL_CLOSE -> {
                    return content(in);
                }
                case CHUNK_END -> {
                    if (!chunkEnd(in)) {
                        return Part.NEED_MORE;
                    }
                }
                case CHUNK_LINE -> {
                    if (!chunkLine(in)) {
                        return Part.NEED_MORE;
                    }
                }
                case TRAILERS -> {
                    if (!trailers(in)) {
                        return Part.NEED_MORE;
                    }
                }
                case ENDING, END -> state = State.END;
            }
        }
        return Part.END;
    }

    /** How many bytes of content stand at the reader index. */
    int contentBytes() {
        return contentBytes;
    }

    private Part content(ByteBuf in) {
        contentBytes = in.readableBytes();
        if (state != State.UNTIL_CLOSE) {
            contentBytes = (int) Math.min(rest, contentBytes);
            rest -= contentBytes;
            if (rest == 0) {
                state = state == State.LENGTH ? State.ENDING : State.CHUNK_END;
            }
        }
        return Part.CONTENT;
    }

    /**
     * The upstream has closed its side.
     *
     * @return whether the answer is complete with that
     */
    boolean endsWithInput() {
        return state == State.UNTIL_CLOSE;
    }

    // ---- sections that end with an empty line

    private Part head(ByteBuf in) {
        for (int i = looked; i < in.readableBytes() && i < 7; i++) {
            if (!UpstreamHead.mayBegin(in.getByte(in.readerIndex() + i), i)) {
                throw UpstreamException.bad("what came is no HTTP answer");
            }
        }
        int length = sectionLength(in, MOST_HEAD_BYTES);
        if (length < 0) {
            return Part.NEED_MORE;
        }
        UpstreamHead read = UpstreamHead.read(bytes(in, length));
        head = read;
        if (read.isInterim()) {
            if (++interim > MOST_INTERIM) {
                throw UpstreamException.bad("the answer does not come to its final status");
            }
            section(State.HEAD);
            return Part.INTERIM;
        }
        startContent(read);
        return Part.HEAD;
    }

    private void startContent(UpstreamHead read) {
        if (forHead || read.isBare()) {
            state = State.ENDING;
        } else if (read.isChunked()) {
            section(State.CHUNK_LINE);
        } else if (read.isUntilClose()) {
            state = State.UNTIL_CLOSE;
        } else {
            rest = read.contentLength();
            state = rest == 0 ? State.ENDING : State.LENGTH;
        }
    }

    private boolean trailers(ByteBuf in) {
        int length = sectionLength(in, MOST_TRAILER_BYTES);
        if (length >= 0) {
            trailers = FieldLines.read(bytes(in, length), 0);
            state = State.ENDING;
        }
        return length >= 0;
    }

    private static byte[] bytes(ByteBuf in, int length) {
        byte[] bytes = new byte[length];
        in.readBytes(bytes);
        return bytes;
    }

    /** Length of the section with its empty line, or -1 as long as that has not come. */
    private int sectionLength(ByteBuf in, int most) {
        int start = in.readerIndex();
        int end = Math.min(in.readableBytes(), most);
        while (looked < end) {
            int found = in.indexOf(start + looked, start + end, (byte) '\n');
            if (found < 0) {
                looked = end;
                break;
            }
            int lineFeed = found - start;
            if (lineFeed == line || in.getByte(found - 1) != '\r') {
                throw UpstreamException.bad("a line of the answer ends without a carriage return");
            }
            looked = lineFeed + 1;
            if (lineFeed == line + 1) {
                return looked;
            }
            line = looked;
        }
        if (looked >= most) {
            throw UpstreamException.bad("the fields of the answer are longer than " + most + " bytes");
        }
        return -1;
    }

    // ---- chunks

    /** Reads a chunk-size line. Extensions are checked, so that no line can be hidden in one, and dropped. */
    private boolean chunkLine(ByteBuf in) {
        int start = in.readerIndex();
        int end = in.indexOf(start + looked, in.writerIndex(), (byte) '\n');
        looked = in.readableBytes();
        if ((end < 0 ? looked : end - start) > MOST_CHUNK_LINE_BYTES) {
            throw UpstreamException.bad("a chunk-size line of the answer is longer than 1024 bytes");
        } else if (end < 0) {
            return false;
        }
        rest = chunkSize(bytes(in, end + 1 - start));
        if (rest == 0) {
            section(State.TRAILERS);
        } else {
            state = State.CHUNK_DATA;
        }
        return true;
    }

    private static long chunkSize(byte[] line) {
        long size = 0;
        int i = 0;
        for (int digit = Octets.hex(line[0]); digit >= 0; digit = Octets.hex(line[++i])) {
            size = size << 4 | digit;
            if (i == 16 || size > MOST_CHUNK_BYTES) {
                throw UpstreamException.bad("a chunk of the answer is too large");
            }
        }
        boolean sound = i > 0 && (line[i] == ';' || line[i] == '\r');
        while (sound && Octets.isValue(line[i])) {
            i++;
        }
        if (!sound || line[i] != '\r' || i != line.length - 2) {
            throw UpstreamException.bad("a chunk-size line of the answer is malformed");
        }
        return size;
    }

    private boolean chunkEnd(ByteBuf in) {
        int start = in.readerIndex();
        boolean whole = in.readableBytes() >= 2;
        if (in.getByte(start) != '\r' || (whole && in.getByte(start + 1) != '\n')) {
            throw UpstreamException.bad("a chunk of the answer does not end with CRLF");
        }
        if (whole) {
            in.skipBytes(2);
            section(State.CHUNK_LINE);
        }
        return whole;
    }
}
