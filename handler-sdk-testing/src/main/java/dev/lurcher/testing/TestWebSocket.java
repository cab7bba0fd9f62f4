package dev.lurcher.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The client's side of a WebSocket that a worker has accepted. For one thread. */
public final class TestWebSocket {
    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final String HEAD_END = "\r\n\r\n";

    private final TestExchange exchange;
    private final BiConsumer<Map<String, String>, byte[]> send;
    private int read;

    /** @param send sends a message with these variables and this content */
    TestWebSocket(TestExchange exchange, BiConsumer<Map<String, String>, byte[]> send) {
        this.exchange = exchange;
        this.send = send;
        String head = exchange.awaitText(HEAD_END);
        if (!head.startsWith("HTTP/1.1 101 ")) {
            throw new AssertionError("the worker refuses: " + head);
        }
        read = head.indexOf(HEAD_END) + HEAD_END.length();
    }

    /** Says a text. */
    public void send(String text) {
        send(TEXT, text.getBytes(UTF_8));
    }

    /** Closes, with a code and a reason. */
    public void close(int code, String reason) {
        byte[] text = reason.getBytes(UTF_8);
        send(
                CLOSE,
                ByteBuffer.allocate(2 + text.length)
                        .putShort((short) code)
                        .put(text)
                        .array());
    }

    /** The connection ends without a word. */
    public void leave() {
        exchange.leave();
    }

    /**
     * Waits for the next text. Other frames before it are passed over.
     *
     * @throws AssertionError if none comes, or a close frame does
     */
    public String text() {
        Frame frame = frame();
        while (frame.kind() != TEXT) {
            if (frame.kind() == CLOSE) {
                throw new AssertionError("closed: " + frame.text());
            }
            frame = frame();
        }
        return frame.text();
    }

    /**
     * Waits for a close frame. Others before it are passed over.
     *
     * @return its code
     * @throws AssertionError if none comes
     */
    public int closeCode() {
        Frame frame = frame();
        while (frame.kind() != CLOSE) {
            frame = frame();
        }
        return frame.code();
    }

    private void send(int kind, byte[] content) {
        send.accept(Map.of("FLAGS", "0x8%X".formatted(kind)), content);
    }

    private Frame frame() {
        Frame frame = exchange.await("no frame", () -> Frame.read(exchange.received(), read));
        read = frame.end();
        return frame;
    }

    /** A frame of a server. */
    private record Frame(int kind, int code, String text, int end) {
        static @Nullable Frame read(byte[] bytes, int from) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, from, bytes.length - from);
            if (buffer.remaining() < 2) {
                return null;
            }
            int kind = buffer.get() & 0xf;
            int length = buffer.get();
            int more = length == 126 ? 2 : length == 127 ? 8 : 0;
            if (buffer.remaining() < more) {
                return null;
            }
            long count = more == 2 ? buffer.getShort() & 0xffff : more == 8 ? buffer.getLong() : length;
            if (buffer.remaining() < count) {
                return null;
            }
            int start = buffer.position();
            int end = start + (int) count;
            int code = count >= 2 ? (bytes[start] & 0xff) << 8 | (bytes[start + 1] & 0xff) : 0;
            return new Frame(kind, code, new String(Arrays.copyOfRange(bytes, start, end), UTF_8), end);
        }
    }
}
