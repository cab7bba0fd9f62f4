package dev.lurcher.broker.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.lurcher.broker.config.Route;
import dev.lurcher.broker.config.Target;
import dev.lurcher.broker.dispatch.HandlerPool;
import dev.lurcher.broker.loop.Deadlines;
import dev.lurcher.broker.telemetry.Counter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The JSON and XML messages of one connection. They may stand between its requests, and expect no answer; workers write to the
 * connection whenever they like, but never into the middle of an answer.
 * <p>Full: a message that no worker can take waits, the connection is read no further meanwhile, and ends when it waits too
 * long or has no place to wait.
 * <p>Thread: the connection's event loop.
 */
final class MessageSockets {
    private static final ByteBuf POLICY = Unpooled.unreleasableBuffer(Unpooled.copiedBuffer(
            "<?xml version=\"1.0\"?><!DOCTYPE cross-domain-policy SYSTEM"
                    + " \"http://www.macromedia.com/xml/dtds/cross-domain-policy.dtd\"><cross-domain-policy>"
                    + " <allow-access-from domain=\"*\" to-ports=\"*\" /></cross-domain-policy>\0",
            US_ASCII));

    private final HttpServer server;
    private final HttpConnection connection;
    private final List<MessageSocket> sockets = new ArrayList<>(1);
    /** What workers wrote while an answer is under way. */
    private final ArrayDeque<ByteBuf> held = new ArrayDeque<>();

    private long heldBytes;

    MessageSockets(HttpServer server, HttpConnection connection) {
        this.server = server;
        this.connection = connection;
    }

    /** Takes a message; says why not, or null. */
    @Nullable
    Refusal take(SocketMessage message) {
        if (message.isPing()) {
            return null;
        } else if (message.isPolicyRequest()) {
            connection.push(POLICY.duplicate());
            connection.answer().end();
            return null;
        }
        Snapshot now = server.snapshot();
        Route route = now.messageRoute(message.path());
        if (route == null || !(route.target() instanceof Target.Handler handler)) {
            return route == null ? Refusal.NO_ROUTE : Refusal.NO_MESSAGES;
        }
        message.routed(route.path());
        MessageSocket socket = socket(handler, now.pool(handler));
        switch (socket.post(message)) {
            case SENT -> {}
            case WAITS -> connection.awaitMessage(true);
            case FULL, EMPTY, GONE -> refuse();
        }
        return null;
    }

    private void refuse() {
        server.counters().increment(Counter.MESSAGES_REFUSED);
        connection.answer().end();
    }

    private MessageSocket socket(Target.Handler handler, HandlerPool pool) {
        for (MessageSocket socket : sockets) {
            if (socket.isOf(handler, pool)) {
                return socket;
            }
        }
        MessageSocket socket = new MessageSocket(this, handler, pool);
        sockets.add(socket);
        return socket;
    }

    HttpConnection connection() {
        return connection;
    }

    HttpSettings.Sessions settings() {
        return server.settings().sessions();
    }

    /** By which workers know the connection, those of the first handler where there are several; 0 where none does. */
    int clientId() {
        return sockets.isEmpty() ? 0 : sockets.get(0).clientId();
    }

    /** The worker has what had to wait. */
    void onTaken() {
        connection.awaitMessage(false);
    }

    /** A message has waited for a worker as long as it may, or reached none. */
    void onUndelivered() {
        refuse();
    }

    /** Looks whether what waits has waited too long; returns when to look again. */
    long look(long now) {
        for (MessageSocket socket : sockets) {
            if (socket.isWaiting()) {
                long until = socket.waitsUntil();
                if (until - now > 0) {
                    return until;
                }
                // Ends the connection, and with it these sockets; no other message can wait.
                onUndelivered();
                break;
            }
        }
        return Deadlines.NONE;
    }

    /** Keeps what a worker wrote until the answer under way has ended; false when that is too much. */
    boolean hold(ByteBuf bytes) {
        heldBytes += bytes.readableBytes();
        held.add(bytes);
        return heldBytes <= server.settings().maxPendingBytes();
    }

    /** The answer has ended. */
    void sendHeld() {
        ByteBuf next = held.poll();
        while (next != null) {
            heldBytes -= next.readableBytes();
            connection.push(next);
            next = held.poll();
        }
    }

    /** The connection is over; may be said again. */
    void close() {
        held.forEach(ByteBuf::release);
        held.clear();
        sockets.forEach(MessageSocket::close);
        sockets.clear();
    }
}
