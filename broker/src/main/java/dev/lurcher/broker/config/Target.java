package dev.lurcher.broker.config;

import dev.lurcher.protocol.HeaderFormat;

/** Where a route leads. Closed: a new kind makes every switch that misses it a compile error. */
public sealed interface Target {
    /** Workers. */
    record Handler(
            long row,
            String sendSpec,
            String sendIdent,
            String recvSpec,
            String recvIdent,
            boolean rawPayload,
            HeaderFormat protocol,
            HandlerLimits limits)
            implements Target {}

    /** Files. */
    record Directory(long row, String base, String indexFile, String defaultType, long cacheTtlSeconds)
            implements Target {}

    /** An HTTP server. */
    record Proxy(long row, String address, int port) implements Target {}
}
