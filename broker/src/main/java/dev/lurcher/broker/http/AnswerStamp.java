package dev.lurcher.broker.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.ByteProcessor;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Writes the id of a request into the head of its answer, whoever made that: behind its first line, unless it says an id already.
 * Interim answers, and what is no HTTP, pass as they are. One per connection.
 * <p>Thread: the connection's event loop.
 */
final class AnswerStamp {
    private static final byte[] BEGINNING = "HTTP/1.".getBytes(StandardCharsets.US_ASCII);
    private static final int STATUS = "HTTP/1.1 ".length();
    private static final int MOST_LINE_BYTES = 1024;
    private static final byte[] FIELD = "x-request-id:".getBytes(StandardCharsets.US_ASCII);
    private static final int FIELD_BYTES = "X-Request-Id: 0123456789abcdef\r\n".length();

    private boolean due;

    /** An answer is to come. */
    void start() {
        due = true;
    }

    /**
     * Takes the first line out of what begins an answer.
     *
     * @param bytes the caller's; what is left of them is to be sent behind what is returned
     * @return that line and the field, which the caller owns; or null, and all bytes are left
     */
    @Nullable
    ByteBuf take(ByteBuf bytes, ByteBufAllocator allocator, long requestId) {
        if (!due) {
            return null;
        }
        int from = bytes.readerIndex();
        int most = Math.min(bytes.readableBytes(), MOST_LINE_BYTES);
        int line = bytes.indexOf(from, from + most, (byte) '\n');
        if (line < from + STATUS || !begins(bytes, from)) {
            due = false;
            return null;
        } else if (bytes.getByte(from + STATUS) == '1') {
            return null;
        }
        due = false;
        if (hasField(bytes, line + 1)) {
            return null;
        }
        int length = line + 1 - from;
        ByteBuf head = allocator.directBuffer(length + FIELD_BYTES);
        head.writeBytes(bytes, length);
        ByteBufUtil.writeAscii(head, "X-Request-Id: ");
        ByteBufUtil.writeAscii(head, HexFormat.of().toHexDigits(requestId));
        ByteBufUtil.writeAscii(head, "\r\n");
        return head;
    }

    private static boolean begins(ByteBuf bytes, int from) {
        for (int i = 0; i < BEGINNING.length; i++) {
            if (bytes.getByte(from + i) != BEGINNING[i]) {
                return false;
            }
        }
        return true;
    }

    /** Whether one of the lines from here to the first empty one is the field. */
    private static boolean hasField(ByteBuf bytes, int from) {
        int at = from;
        int end = bytes.writerIndex();
        while (at < end && bytes.getByte(at) != '\r' && bytes.getByte(at) != '\n') {
            if (isField(bytes, at, end)) {
                return true;
            }
            int next = bytes.forEachByte(at, end - at, ByteProcessor.FIND_LF);
            if (next < 0) {
                return false;
            }
            at = next + 1;
        }
        return false;
    }

    private static boolean isField(ByteBuf bytes, int at, int end) {
        if (end - at < FIELD.length) {
            return false;
        }
        for (int i = 0; i < FIELD.length; i++) {
            byte octet = bytes.getByte(at + i);
            if ((octet >= 'A' && octet <= 'Z' ? octet | 0x20 : octet) != FIELD[i]) {
                return false;
            }
        }
        return true;
    }
}
