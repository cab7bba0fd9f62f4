package dev.lurcher.broker.telemetry;

import org.jspecify.annotations.Nullable;

/**
 * An exchange that has ended, as the access log sees it. Read during {@link AccessLog#write} only. What comes from the client
 * is bytes as chars 0..255, unchanged: the log escapes it. What is not known is the empty string or 0.
 */
public interface LoggedExchange {
    /** The name of the host as configured. */
    String host();

    /** The path of the route as configured. */
    String route();

    /** The name of the handler that had the request. */
    String handler();

    /** The client's IP address. */
    String remoteAddress();

    /** The client's port, 0..65535. */
    int remotePort();

    /** The request's method. */
    String method();

    /** The request's path. */
    String path();

    /** The request's query without its {@code ?}; null where there is none. */
    @Nullable
    String query();

    /** {@code HTTP/1.0} or {@code HTTP/1.1}. */
    String version();

    /** The request's {@code Referer}. */
    @Nullable
    String referer();

    /** The request's {@code User-Agent}. */
    @Nullable
    String userAgent();

    /** The answer's status; 0 where it had none. */
    int status();

    /** Bytes sent to the client, head included. */
    long bytesSent();

    /** From the first byte of the request to the last of the answer, in microseconds. */
    long durationMicros();

    /** How long the request waited for a worker, in microseconds. */
    long queueMicros();

    /** The id by which workers addressed the connection. */
    int connectionId();

    /** The number of the request; logged as sixteen hexadecimal digits. */
    long requestId();

    /** Why the broker answered itself, or why the exchange ended early. */
    String reason();

    // ---- what not every kind of exchange knows

    /** The name of the worker that had the request last. */
    default String worker() {
        return "";
    }

    /** How many workers have had the request. */
    default int tries() {
        return 0;
    }

    /** The client's or the broker's {@code traceparent}. */
    default @Nullable String traceParent() {
        return null;
    }
}
