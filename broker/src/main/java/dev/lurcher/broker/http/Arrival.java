package dev.lurcher.broker.http;

import dev.lurcher.protocol.Fields;

/**
 * How a client came in. Immutable.
 *
 * @param crowded whether the limit of connections is passed: its first request is refused
 * @param scheme  of all that it asks for: {@code http} or {@code https}
 * @param peer    what workers get about its certificate; empty where it has shown none
 */
record Arrival(boolean crowded, String scheme, Fields peer) {
    private static final String SECURE = "https";

    /** Over TCP as it is. */
    static Arrival plain(boolean crowded) {
        return new Arrival(crowded, "http", Fields.NONE);
    }

    /** Over TLS. */
    static Arrival secure(boolean crowded, Fields peer) {
        return new Arrival(crowded, SECURE, peer);
    }

    boolean isSecure() {
        return scheme.equals(SECURE);
    }
}
