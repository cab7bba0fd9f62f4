package dev.lurcher.broker.zmtp;

import dev.lurcher.broker.zmtp.ZmtpCounters.Event;

/**
 * What all connections of one listener share.
 *
 * @param endpoint as configured, for log lines
 * @param log tells what was refused and dropped
 */
record Terms(
        Endpoint endpoint,
        Role role,
        PeerListener listener,
        ZmtpSettings settings,
        ZmtpCounters counters,
        RefusalLog log) {
    /** Counts and logs what ends a connection. */
    void report(Event event, String what) {
        counters.add(event);
        log.warn(endpoint, what);
    }
}
