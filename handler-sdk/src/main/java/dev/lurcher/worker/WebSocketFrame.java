package dev.lurcher.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;

/** Frames as a server sends them: RFC 6455, 5.2, whole and not masked. */
final class WebSocketFrame {
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;
    static final int MOST_CONTROL_BYTES = 125;

    private static final int FINAL = 0x80;
    private static final int MOST_HEAD_BYTES = 10;

    private WebSocketFrame() {}

    static byte[] of(int kind, byte[] content) {
        ByteBuffer frame = ByteBuffer.allocate(MOST_HEAD_BYTES + content.length);
        frame.put((byte) (FINAL | kind));
        if (content.length <= MOST_CONTROL_BYTES) {
            frame.put((byte) content.length);
        } else if (content.length < 1 << 16) {
            frame.put((byte) 126).putShort((short) content.length);
        } else {
            frame.put((byte) 127).putLong(content.length);
        }
        frame.put(content).flip();
        byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        return bytes;
    }

    /** @param reason cut where it is too long for a control frame */
    static byte[] close(int code, String reason) {
        byte[] text = reason.getBytes(UTF_8);
        int length = Math.min(text.length, MOST_CONTROL_BYTES - 2);
        while (length < text.length && length > 0 && (text[length] & 0xc0) == 0x80) {
            length--;
        }
        return of(
                CLOSE,
                ByteBuffer.allocate(2 + length)
                        .putShort((short) code)
                        .put(text, 0, length)
                        .array());
    }
}
