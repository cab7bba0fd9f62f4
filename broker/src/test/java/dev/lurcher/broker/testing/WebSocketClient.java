package dev.lurcher.broker.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.lurcher.broker.websocket.ClientFrames;
import dev.lurcher.protocol.RequestMessage;
import java.io.IOException;

/** A client that asks for a WebSocket and then sends any frames. Frames are written as {@code 81:hello}, flags in hexadecimal. */
public final class WebSocketClient implements AutoCloseable {
    /** The key of RFC 6455's example, and the token that answers it. */
    public static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    public static final String TOKEN = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private final RawClient client;

    public WebSocketClient(RawClient client) {
        this.client = client;
    }

    /** Asks for a WebSocket. */
    public WebSocketClient ask(String path, String... fields) throws IOException {
        client.send("GET " + path
                + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + KEY + "\r\n"
                + String.join(
                        "",
                        java.util.Arrays.stream(fields)
                                .map(field -> field + "\r\n")
                                .toList())
                + "\r\n");
        return this;
    }

    /** What a worker answers to a handshake. */
    public static String switching(RequestMessage handshake) {
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                + new String(handshake.content(), ISO_8859_1) + "\r\n\r\n";
    }

    /** Opens a WebSocket at {@code /}, whose handshake the worker answers; returns its connection id. */
    public long open(ScriptedWorker worker, String... fields) throws IOException {
        ask("/", fields);
        RequestMessage handshake = worker.take();
        worker.send(handshake.connectionId(), switching(handshake));
        client.head();
        return handshake.connectionId();
    }

    public WebSocketClient send(int first, String payload) throws IOException {
        return sendRaw(ClientFrames.frame(first, payload.getBytes(ISO_8859_1)));
    }

    public WebSocketClient sendRaw(byte[] octets) throws IOException {
        client.send(octets);
        return this;
    }

    /** The next frame. */
    public String frame() throws IOException {
        String head = client.exactly(2);
        int length = head.charAt(1);
        if (length == 126) {
            String digits = client.exactly(2);
            length = digits.charAt(0) << 8 | digits.charAt(1);
        }
        return Integer.toHexString(head.charAt(0)) + ":" + client.exactly(length);
    }

    /** The status code of the next frame, which must close. */
    public int closeCode() throws IOException {
        String close = frame();
        if (!close.startsWith("88:") || close.length() < 5) {
            throw new IOException("no close frame: " + close);
        }
        return close.charAt(3) << 8 | close.charAt(4);
    }

    /** A server's frame. */
    public static String serverFrame(int first, String payload) {
        return payload.length() < 126
                ? "" + (char) first + (char) payload.length() + payload
                : "" + (char) first + (char) 126 + (char) (payload.length() >> 8) + (char) (payload.length() & 0xff)
                        + payload;
    }

    public RawClient raw() {
        return client;
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
