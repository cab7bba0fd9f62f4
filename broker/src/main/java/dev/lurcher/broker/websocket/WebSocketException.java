package dev.lurcher.broker.websocket;

/** A client broke the protocol or a limit: its WebSocket is to be closed. The message says how; it holds nothing of the client's. */
public final class WebSocketException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final CloseCode code;

    WebSocketException(CloseCode code, String message) {
        // Without a stack trace: an attacker can cause any number of them.
        super(message, null, false, false);
        this.code = code;
    }

    /** What to close it with. */
    public CloseCode code() {
        return code;
    }
}
