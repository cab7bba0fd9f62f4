package dev.lurcher.worker;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hears what happens on WebSockets. For one of them the methods are called one after the other, in the order in which things
 * happened; for several at once where the worker has threads ({@link WorkerBuilder#threads}). An exception goes to the worker's log and
 * closes the WebSocket with 1011.
 */
public interface WebSocketListener {
    /**
     * Somebody asks for a WebSocket. To refuse, throw a {@link ResponseException}.
     *
     * @param protocols the subprotocols that the client speaks, the preferred one first
     * @return the one that is spoken here, null for none
     */
    default @Nullable String onHandshake(Request request, List<String> protocols) {
        return null;
    }

    /** It is open. */
    default void onOpen(WebSocket socket) throws Exception {}

    /** A text has come. */
    default void onText(WebSocket socket, String text) throws Exception {}

    /** Bytes have come. */
    default void onBinary(WebSocket socket, byte[] bytes) throws Exception {}

    /** A ping has come; it has been answered. */
    default void onPing(WebSocket socket, byte[] bytes) throws Exception {}

    /** A pong has come. */
    default void onPong(WebSocket socket, byte[] bytes) throws Exception {}

    /**
     * It has ended; called once for each that was opened.
     *
     * @param code as RFC 6455, 7.4 has it: 1005 where the client gave none, 1006 where the connection just ended
     * @param reason empty where none was given
     */
    default void onClose(WebSocket socket, int code, String reason) throws Exception {}
}
