/**
 * The frames of WebSocket (RFC 6455) and their compression (RFC 7692); knows neither HTTP nor workers, and opens no socket.
 * <p>In: bytes of a client, bytes of a worker. Out: whole messages, and where frames end.
 * <p>Thread: each object belongs to one event loop.
 * <p>Broken or too large: {@link dev.lurcher.broker.websocket.WebSocketException} with the status code to close with.
 */
@NullMarked
package dev.lurcher.broker.websocket;

import org.jspecify.annotations.NullMarked;
