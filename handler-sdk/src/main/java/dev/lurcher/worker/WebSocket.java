package dev.lurcher.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * One open WebSocket. Any thread may send; messages that one thread sends arrive in their order. What is sent when it has ended is
 * dropped. A client that takes too little of what is sent to it is cut by the broker ({@code limits.pending_bytes}).
 */
public final class WebSocket {
    /** The usual end. */
    public static final int NORMAL = 1000;

    private final Request handshake;
    private final List<WebSocketGroup> groups = new CopyOnWriteArrayList<>();
    private volatile boolean open = true;
    private volatile boolean closing;

    WebSocket(Request handshake) {
        this.handshake = handshake;
    }

    /** The request that asked for it: its path, fields, cookies, and what was noted at it ({@link Request#attribute}). */
    public Request request() {
        return handshake;
    }

    /** Whom it leads to. */
    public Client client() {
        return handshake.client();
    }

    /** Whether it has not ended, and is not about to. */
    public boolean isOpen() {
        return open && !closing;
    }

    /** Sends a text. */
    public void send(String text) {
        send(WebSocketFrame.TEXT, text.getBytes(UTF_8));
    }

    /** Sends bytes. */
    public void send(byte[] bytes) {
        send(WebSocketFrame.BINARY, bytes);
    }

    /**
     * Sends a ping; clients answer with a pong of the same bytes.
     *
     * @throws IllegalArgumentException if there are more than 125
     */
    public void ping(byte[] bytes) {
        if (bytes.length > WebSocketFrame.MOST_CONTROL_BYTES) {
            throw new IllegalArgumentException(bytes.length + " bytes in a ping: 125 are the most");
        }
        send(WebSocketFrame.PING, bytes);
    }

    /** Closes it, with {@value #NORMAL}. */
    public void close() {
        close(NORMAL, "");
    }

    /**
     * Closes it. The client's answer, or its absence for five seconds, ends it.
     *
     * @param code 1000 to 1003, 1007 to 1014, or 3000 to 4999
     * @param reason at most 123 bytes of it arrive
     */
    public void close(int code, String reason) {
        if (isOpen()) {
            closing = true;
            handshake.send(WebSocketFrame.close(code, reason));
        }
    }

    void pong(byte[] bytes) {
        send(WebSocketFrame.PONG, bytes);
    }

    /** The client closes: it is told so in its own words, unless it has answered. */
    void answerClose(byte[] content) {
        if (!closing) {
            handshake.send(WebSocketFrame.of(WebSocketFrame.CLOSE, content));
        }
        handshake.close();
    }

    /** It has ended; true for the first time. */
    synchronized boolean end() {
        boolean ended = open;
        open = false;
        groups.forEach(group -> group.remove(this));
        handshake.connection().unwatch(client().connectionId());
        return ended;
    }

    /** It is a member; false if it has ended. */
    synchronized boolean join(WebSocketGroup group) {
        if (open) {
            groups.add(group);
        }
        return open;
    }

    synchronized void leave(WebSocketGroup group) {
        groups.remove(group);
    }

    private void send(int kind, byte[] content) {
        if (isOpen()) {
            handshake.send(WebSocketFrame.of(kind, content));
        }
    }

    @Override
    public String toString() {
        return "WebSocket " + handshake.path() + " (connection " + client().connectionId() + ")";
    }
}
