package dev.lurcher.broker.http;

import dev.lurcher.broker.config.Target;
import org.jspecify.annotations.Nullable;

/**
 * The responders of one connection, made when a request first needs them.
 * <p>Thread: the connection's event loop.
 */
final class Responders {
    private final HttpServer server;
    private final Answering answer;
    private @Nullable HandlerResponder handler;
    private @Nullable FileResponder files;
    private @Nullable ProxyResponder proxy;

    Responders(HttpServer server, Answering answer) {
        this.server = server;
        this.answer = answer;
    }

    /** What answers at a target. */
    Responder of(Target target) {
        return switch (target) {
            case Target.Handler to -> handler();
            case Target.Directory to -> files();
            case Target.Proxy to -> proxy();
        };
    }

    private Responder handler() {
        if (handler == null) {
            handler = new HandlerResponder(server, answer);
        }
        return handler;
    }

    private Responder files() {
        if (files == null) {
            files = new FileResponder(server, answer);
        }
        return files;
    }

    private Responder proxy() {
        if (proxy == null) {
            proxy = new ProxyResponder(server, answer);
        }
        return proxy;
    }

    /** By which workers know the connection; 0 where none does. */
    int clientId() {
        return handler == null ? 0 : handler.clientId();
    }

    boolean isWebSocket() {
        return handler != null && handler.isWebSocket();
    }

    /** The connection is over; may be said again. */
    void close(boolean inOrder) {
        if (handler != null) {
            handler.close(inOrder);
        }
        if (files != null) {
            files.close(inOrder);
        }
        if (proxy != null) {
            proxy.close(inOrder);
        }
    }
}
