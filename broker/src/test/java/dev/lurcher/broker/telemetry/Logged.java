package dev.lurcher.broker.telemetry;

import org.jspecify.annotations.Nullable;

/** An exchange for tests. */
record Logged(
        String host,
        String route,
        String handler,
        String remoteAddress,
        int remotePort,
        String method,
        String path,
        @Nullable String query,
        String version,
        @Nullable String referer,
        @Nullable String userAgent,
        int status,
        long bytesSent,
        long durationMicros,
        long queueMicros,
        int connectionId,
        long requestId,
        String reason)
        implements LoggedExchange {
    /** A usual one. */
    static final Logged GET = of("GET", "/j/1", null);

    static Logged of(String method, String path, @Nullable String query) {
        return new Logged(
                "localhost",
                "/j/([0-9]+)",
                "hello",
                "127.0.0.1",
                38700,
                method,
                path,
                query,
                "HTTP/1.1",
                null,
                "curl/8",
                200,
                1234,
                2_500_042,
                17,
                5,
                0x8000_0000_0000_00ffL,
                "");
    }

    Logged with(String newReferer, String newUserAgent) {
        return new Logged(
                host,
                route,
                handler,
                remoteAddress,
                remotePort,
                method,
                path,
                query,
                version,
                newReferer,
                newUserAgent,
                status,
                bytesSent,
                durationMicros,
                queueMicros,
                connectionId,
                requestId,
                reason);
    }

    /** A usual one with such an end. */
    static Logged ended(int status, long durationMicros) {
        return new Logged(
                GET.host,
                GET.route,
                GET.handler,
                GET.remoteAddress,
                GET.remotePort,
                GET.method,
                GET.path,
                null,
                GET.version,
                null,
                null,
                status,
                0,
                durationMicros,
                0,
                0,
                1,
                "");
    }

    /** What there is to say of a request that could not be read. */
    static Logged unreadable() {
        return new Logged(
                "localhost", "", "", "::1", 5, "", "", null, "", null, null, 400, 0, 90, 0, 0, 1, "bad_request");
    }
}
