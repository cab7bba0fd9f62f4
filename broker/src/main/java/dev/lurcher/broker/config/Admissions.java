package dev.lurcher.broker.config;

import java.util.Map;

/**
 * Who may connect to the ZeroMQ endpoints of one server. Apart from the handlers, so that a handler whose list of keys has
 * changed is the same handler still. Immutable.
 *
 * @param handlers by the row of the handler
 * @param control of the control port
 * @param keyFile of the secret key of endpoints with CURVE, see {@link Server#located}; empty where there is none
 */
public record Admissions(Map<Long, Admission> handlers, Admission control, String keyFile) {
    /** Everybody everywhere. */
    public static final Admissions OPEN = new Admissions(Map.of(), Admission.OPEN, "");

    /** Copies the map. */
    public Admissions {
        handlers = Map.copyOf(handlers);
    }

    /** Who may connect to a handler's endpoints. */
    public Admission of(Target.Handler handler) {
        return handlers.getOrDefault(handler.row(), Admission.OPEN);
    }
}
