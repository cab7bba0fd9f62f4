package dev.lurcher.broker.http;

/** Every reason for which the broker answers a client itself. The reason code is for logs, metrics and {@code X-Lurcher-Reason}. */
public enum HttpError {
    /** Malformed or ambiguous request. */
    BAD_REQUEST(400, "Bad Request", "bad_request", true),
    /** The handler does not open WebSockets for pages of this origin. */
    ORIGIN_NOT_ALLOWED(403, "Forbidden", "origin_not_allowed", false),
    /** No route leads anywhere for this host and path. */
    NO_ROUTE(404, "Not Found", "no_route", false),
    /** The directory of the route has no such file, or may not show it. */
    NO_FILE(404, "Not Found", "no_file", false),
    /** The target does not take this method; the answer names those it takes. */
    METHOD_NOT_ALLOWED(405, "Method Not Allowed", "method_not_allowed", false),
    /** The head was not complete in time. */
    HEADER_TIMEOUT(408, "Request Timeout", "header_timeout", true),
    /** The content came too slowly. */
    CONTENT_TIMEOUT(408, "Request Timeout", "content_timeout", true),
    /** The file is not the one that the request's preconditions name. */
    PRECONDITION_FAILED(412, "Precondition Failed", "precondition_failed", false),
    /** More content than the route takes. */
    CONTENT_TOO_LARGE(413, "Content Too Large", "content_too_large", true),
    /** Request line past its limit. */
    URI_TOO_LONG(414, "URI Too Long", "uri_too_long", true),
    /** No byte of the ranges that are asked for is there. */
    RANGE_NOT_SATISFIABLE(416, "Range Not Satisfiable", "range_not_satisfiable", false),
    /** An expectation other than {@code 100-continue}. */
    EXPECTATION_FAILED(417, "Expectation Failed", "expectation_failed", true),
    /** The request names a scheme that this listener does not serve. */
    MISDIRECTED(421, "Misdirected Request", "misdirected", true),
    /** A version of WebSocket that is not spoken. */
    UPGRADE_REQUIRED(426, "Upgrade Required", "upgrade_required", true),
    /** Header section past its limit. */
    HEADER_TOO_LARGE(431, "Request Header Fields Too Large", "header_too_large", true),
    /** More field lines than allowed. */
    TOO_MANY_FIELDS(431, "Request Header Fields Too Large", "too_many_fields", true),
    /** A fault of the broker's own. */
    INTERNAL(500, "Internal Server Error", "internal_error", true),
    /** A transfer coding or a method that is not known. */
    NOT_IMPLEMENTED(501, "Not Implemented", "not_implemented", true),
    /** The worker's connection was lost before it answered. */
    WORKER_LOST(502, "Bad Gateway", "worker_lost", false),
    /** The worker's answer has no sound framing. */
    BAD_ANSWER(502, "Bad Gateway", "bad_answer", true),
    /** No connection to the upstream can be made. */
    UPSTREAM_UNREACHABLE(502, "Bad Gateway", "upstream_unreachable", false),
    /** The upstream closed the connection before its answer was complete. */
    UPSTREAM_LOST(502, "Bad Gateway", "upstream_lost", false),
    /** The upstream's answer is not sound. */
    BAD_UPSTREAM_ANSWER(502, "Bad Gateway", "bad_upstream_answer", false),
    /** No worker is connected. */
    NO_WORKER(503, "Service Unavailable", "no_worker", false),
    /** The queue of the handler or upstream is full. */
    QUEUE_FULL(503, "Service Unavailable", "queue_full", false),
    /** Waited too long for a worker, or for a connection to an upstream. */
    QUEUE_TIMEOUT(503, "Service Unavailable", "queue_timeout", false),
    /** An operator has taken it out of the queue. */
    DROPPED(503, "Service Unavailable", "dropped", false),
    /** A file is there and cannot be read now, or became shorter while it was sent. */
    FILE_UNAVAILABLE(503, "Service Unavailable", "file_unavailable", false),
    /** The broker is short of memory. */
    OVERLOADED(503, "Service Unavailable", "overloaded", false),
    /** The broker is stopping. */
    DRAINING(503, "Service Unavailable", "draining", true),
    /** More connections than the broker takes. */
    TOO_MANY_CONNECTIONS(503, "Service Unavailable", "too_many_connections", true),
    /** The worker did not begin its answer in time. */
    WORKER_TIMEOUT(504, "Gateway Timeout", "worker_timeout", false),
    /** The upstream did not take the connection, or was silent for too long. */
    UPSTREAM_TIMEOUT(504, "Gateway Timeout", "upstream_timeout", false),
    /** An HTTP version other than 1.0 and 1.1. */
    VERSION_NOT_SUPPORTED(505, "HTTP Version Not Supported", "version_not_supported", true),
    /** The content of an upload cannot be kept. */
    INSUFFICIENT_STORAGE(507, "Insufficient Storage", "insufficient_storage", true);

    private final int status;
    private final String phrase;
    private final String code;
    private final boolean closes;

    HttpError(int status, String phrase, String code, boolean closes) {
        this.status = status;
        this.phrase = phrase;
        this.code = code;
        this.closes = closes;
    }

    /** The status code, 400..599. */
    public int status() {
        return status;
    }

    /** The reason phrase of the status line. */
    public String phrase() {
        return phrase;
    }

    /** The reason code. */
    public String code() {
        return code;
    }

    /** Whether the connection must end with this answer: what follows on it cannot be trusted or will not be read. */
    public boolean closes() {
        return closes;
    }
}
