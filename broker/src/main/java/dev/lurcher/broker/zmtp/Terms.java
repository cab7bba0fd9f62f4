package dev.lurcher.broker.zmtp;

import dev.lurcher.broker.zmtp.ZmtpCounters.Event;

/**
 * What all connections of one listener share.
 *
 * @param endpoint as configured, for log lines
 * @param log tells what was refused and dropped
 * @param rules whom the endpoint lets in
 */
record Terms(
        Endpoint endpoint,
        Role role,
        PeerListener listener,
        ZmtpSettings settings,
        ZmtpCounters counters,
        RefusalLog log,
        Rules rules) {
    /** Who is let in at present: a reload changes it. Any thread. */
    static final class Rules {
        private volatile Security security;

        Rules(Security security) {
            this.security = security;
        }

        Security now() {
            return security;
        }

        void set(Security wanted) {
            security = wanted;
        }
    }

    /** Counts and logs what ends a connection. */
    void report(Event event, String what) {
        counters.add(event);
        log.warn(endpoint, what);
    }
}
