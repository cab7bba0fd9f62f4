package dev.lurcher.broker.http;

import java.time.Duration;

/**
 * The settings of HTTP, read once.
 *
 * @param sizes             limits of a request's head and framing
 * @param times             how long things may take
 * @param maxContentBytes   most content that goes to a worker in one message (limits.content_length)
 * @param maxPendingBytes   most bytes waiting for one client (limits.pending_bytes)
 * @param maxAheadBytes     most bytes a client may send ahead of its answers
 * @param maxRequests       requests per connection (limits.requests_per_connection)
 * @param keepsForwardedFor whether x-forwarded-for is left as the client sent it (no_clobber_xff)
 * @param relaxed           whether { } ^ may stand in request targets (request.relaxed)
 * @param tcpKeepAlive      SO_KEEPALIVE (net.tcp_keepalive)
 */
public record HttpSettings(
        HttpLimits sizes,
        Times times,
        int maxContentBytes,
        long maxPendingBytes,
        int maxAheadBytes,
        int maxRequests,
        boolean keepsForwardedFor,
        boolean relaxed,
        boolean tcpKeepAlive) {

    /**
     * Durations; zero = for ever.
     *
     * @param head          from the first byte of a request head to its end
     * @param contentWindow window over which the rate of content is looked at
     * @param contentRate   least bytes per second of content
     * @param idle          between two requests
     * @param writeIdle     without the client taking a byte of its answer
     * @param halfClosed    in the queue, after the client has closed its sending side
     * @param linger        to end, after our last byte
     */
    public record Times(
            Duration head,
            Duration contentWindow,
            int contentRate,
            Duration idle,
            Duration writeIdle,
            Duration halfClosed,
            Duration linger) {
        /** Least content in one window, in bytes. */
        long contentWindowBytes() {
            return contentWindow.toMillis() * contentRate / 1000;
        }
    }
}
