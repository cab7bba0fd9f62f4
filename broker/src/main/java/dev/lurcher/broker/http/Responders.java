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

    Responders(HttpServer server, Answering answer) {
        this.server = server;
        this.answer = answer;
    }

    /** What answers at a target, or null where that is not served. */
    @Nullable
    Responder of(Target target) {
        return switch (target) {
            case Target.Handler to -> handler();
            case Target.Directory to -> null;
            case Target.Proxy to -> null;
        };
    }

    private Responder handler() {
        if (handler == null) {
            handler = new HandlerResponder(server, answer);
        }
        return handler;
    }

    /** The connection is over; may be said again. */
    void close(boolean inOrder) {
        if (handler != null) {
            handler.close(inOrder);
        }
    }
}
