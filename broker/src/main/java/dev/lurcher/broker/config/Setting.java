package dev.lurcher.broker.config;

import org.jspecify.annotations.Nullable;

/**
 * Every setting there is: one row each. {@code docs/settings.md} is made from this table.
 * <p>Values stand in table {@code setting}. Mongrel2's own keys keep their names, units and defaults where they have a meaning
 * here; those that have none are accepted and do nothing.
 */
public enum Setting {
    // ---- limits of clients
    CONTENT_LENGTH(
            "limits.content_length",
            Kind.BYTES,
            0,
            1L << 30,
            "64k",
            "most content of a request that goes to a worker in one message; more is refused with 413"),
    URL_LENGTH("limits.url_length", Kind.BYTES, 64, 1 << 20, "8k", "longest request line; more is refused with 414"),
    HEADER_BYTES(
            "limits.header_bytes",
            Kind.BYTES,
            64,
            1 << 20,
            "32k",
            "all fields of a request together; more is refused with 431"),
    FIELD_COUNT("limits.field_count", Kind.COUNT, 1, 10_000, "100", "fields of a request; more are refused with 431"),
    HEADER_TIME(
            "limits.header_time",
            Kind.DURATION,
            0,
            3_600_000,
            "10s",
            "time from the first byte of a request to the end of its fields; then 408"),
    CONTENT_IDLE(
            "limits.content_idle",
            Kind.DURATION,
            100,
            3_600_000,
            "30s",
            "window over which the rate of a request's content is looked at"),
    CONTENT_RATE(
            "limits.content_rate",
            Kind.COUNT,
            0,
            1 << 30,
            "240",
            "least bytes per second of a request's content over that window; slower is refused with 408"),
    IDLE_TIME(
            "limits.idle_time",
            Kind.DURATION,
            0,
            86_400_000,
            "60s",
            "how long a connection may be idle between two requests"),
    REQUESTS_PER_CONNECTION(
            "limits.requests_per_connection",
            Kind.COUNT,
            1,
            1 << 30,
            "10000",
            "requests after which a connection is closed"),
    CONNECTIONS(
            "limits.connections",
            Kind.COUNT,
            0,
            1 << 24,
            "0",
            "client connections at once; 0 = eight tenths of the file descriptors the process may open"),
    PENDING_BYTES(
            "limits.pending_bytes",
            Kind.BYTES,
            1024,
            1L << 31,
            "1m",
            "bytes that may wait for one client that does not read; past it the connection is closed"),
    WRITE_IDLE(
            "limits.write_idle",
            Kind.DURATION,
            0,
            86_400_000,
            "30s",
            "how long a client may take no byte of its answer"),
    HALF_CLOSED_WAIT(
            "limits.half_closed_wait",
            Kind.DURATION,
            0,
            3_600_000,
            "1s",
            "how long the request of a client that closed its sending side waits for a worker"),
    DRAIN_TIME(
            "limits.drain_time",
            Kind.DURATION,
            0,
            3_600_000,
            "30s",
            "how long running exchanges may take once the broker is told to stop"),

    // ---- handlers
    HANDLER_TARGETS("limits.handler_targets", Kind.COUNT, 1, 65_536, "128", "most connections that one reply may name"),
    HANDLER_TIMEOUT(
            "handler.timeout",
            Kind.DURATION,
            0,
            86_400_000,
            "60s",
            "time a worker has until the first byte of its answer; then 504; 0 = no bound. Column handler.timeout overrides it"),
    HANDLER_QUEUE_TIMEOUT(
            "handler.queue_timeout",
            Kind.DURATION,
            1,
            86_400_000,
            "10s",
            "time a request may wait for a worker; then 503. Column handler.queue_timeout overrides it"),
    HANDLER_QUEUE_LIMIT(
            "handler.queue_limit",
            Kind.COUNT,
            0,
            1 << 24,
            "1024",
            "requests that may wait for one handler's workers; more are refused with 503. Column handler.queue_limit overrides it"),
    HANDLER_QUEUE_BYTES(
            "handler.queue_bytes",
            Kind.BYTES,
            0,
            1L << 40,
            "64m",
            "content that may wait for one handler's workers. Column handler.queue_bytes overrides it"),
    HANDLER_PREFETCH(
            "handler.prefetch",
            Kind.COUNT,
            0,
            1 << 24,
            "100",
            "unanswered requests that one worker may hold; 0 = no bound. Column handler.prefetch overrides it"),
    REPLY_CHECK_SENDER(
            "reply.check_sender", Kind.FLAG, 0, 1, "1", "whether a reply must begin with the handler's send_ident"),

    // ---- ZeroMQ endpoints
    ZMTP_HANDSHAKE_TIME(
            "zmtp.handshake_time", Kind.DURATION, 1, 3_600_000, "10s", "time a ZeroMQ peer has for its handshake"),
    ZMTP_MESSAGE_BYTES(
            "zmtp.message_bytes", Kind.BYTES, 1024, 1L << 30, "16m", "largest message taken from a ZeroMQ peer"),
    ZMTP_PEERS("zmtp.peers", Kind.COUNT, 1, 65_536, "1024", "ZeroMQ peers of one endpoint"),
    ZMTP_HEARTBEAT("zmtp.heartbeat", Kind.DURATION, 0, 3_600_000, "5s", "time between two heartbeats; 0 = none"),
    ZMTP_HEARTBEAT_TIMEOUT(
            "zmtp.heartbeat_timeout",
            Kind.DURATION,
            0,
            3_600_000,
            "15s",
            "silence after which a ZeroMQ peer is dropped"),
    INSECURE_BIND(
            "insecure_bind",
            Kind.FLAG,
            0,
            1,
            "0",
            "1 allows ZeroMQ endpoints that other machines can reach without CURVE"),

    // ---- the process
    EVENT_LOOPS("event_loops", Kind.COUNT, 0, 256, "0", "threads that move bytes; 0 = half of the processors"),
    ROUTE_STRICT(
            "route.strict",
            Kind.FLAG,
            0,
            1,
            "0",
            "1: a prefix must be matched wholly, and a pattern that fails leads to the next shorter prefix; 0: as Mongrel2"),
    ACCESS_LOG_FORMAT(
            "access_log.format", Kind.TEXT, 0, 0, "mongrel2", "lines of the access log: mongrel2, combined or json"),

    // ---- Mongrel2's own
    NO_CLOBBER_XFF("no_clobber_xff", Kind.FLAG, 0, 1, "0", "1 leaves x-forwarded-for as the client sent it"),
    REQUEST_RELAXED("request.relaxed", Kind.FLAG, 0, 1, "0", "1 allows { } ^ in request targets"),
    DISABLE_ACCESS_LOGGING("disable.access_logging", Kind.FLAG, 0, 1, "0", "1 writes no access log"),
    TCP_KEEPALIVE("net.tcp_keepalive", Kind.FLAG, 0, 1, "0", "1 sets SO_KEEPALIVE on client connections"),
    MIME_EXT_LEN("limits.mime_ext_len", Kind.COUNT, 1, 65_536, "128", "longest extension in table mimetype"),
    HOST_NAME("limits.host_name", Kind.COUNT, 1, 65_536, "256", "longest name or pattern in table host"),
    DIR_MAX_PATH("limits.dir_max_path", Kind.COUNT, 1, 65_536, "256", "longest base of a directory"),
    CONTROL_PORT(
            "control_port",
            Kind.TEXT,
            0,
            0,
            "ipc://run/control",
            "where the control port is bound when the server's row names none"),
    BUFFER_SIZE("limits.buffer_size", Kind.IGNORED, 0, 0, "4096", "Mongrel2's buffer per connection"),
    CLIENT_READ_RETRIES("limits.client_read_retries", Kind.IGNORED, 0, 0, "5", "Mongrel2's reads per header"),
    CONNECTION_STACK_SIZE("limits.connection_stack_size", Kind.IGNORED, 0, 0, "32768", "stack of a Mongrel2 coroutine"),
    HANDLER_STACK("limits.handler_stack", Kind.IGNORED, 0, 0, "102400", "stack of a Mongrel2 coroutine"),
    FDTASK_STACK("limits.fdtask_stack", Kind.IGNORED, 0, 0, "102400", "stack of a Mongrel2 coroutine"),
    HEADER_COUNT(
            "limits.header_count",
            Kind.IGNORED,
            0,
            0,
            "1280",
            "Mongrel2's bound on distinct fields; limits.field_count takes its place"),
    URL_PATH(
            "limits.url_path",
            Kind.IGNORED,
            0,
            0,
            "256",
            "never enforced by Mongrel2; limits.url_length takes its place"),
    DIR_SEND_BUFFER("limits.dir_send_buffer", Kind.IGNORED, 0, 0, "16384", "Mongrel2's block for sendfile"),
    PROXY_READ_RETRIES(
            "limits.proxy_read_retries", Kind.IGNORED, 0, 0, "100", "Mongrel2's reads per header of a proxy"),
    PROXY_READ_RETRY_WARN(
            "limits.proxy_read_retry_warn", Kind.IGNORED, 0, 0, "10", "Mongrel2's warning about such reads"),
    TICK_TIMER("limits.tick_timer", Kind.IGNORED, 0, 0, "10", "Mongrel2's clock"),
    MIN_PING("limits.min_ping", Kind.IGNORED, 0, 0, "120", "Mongrel2's idle killer; limits.idle_time takes its place"),
    MIN_READ_RATE(
            "limits.min_read_rate",
            Kind.IGNORED,
            0,
            0,
            "300",
            "Mongrel2's idle killer; limits.content_rate takes its place"),
    MIN_WRITE_RATE(
            "limits.min_write_rate",
            Kind.IGNORED,
            0,
            0,
            "300",
            "Mongrel2's idle killer; limits.write_idle takes its place"),
    KILL_LIMIT("limits.kill_limit", Kind.IGNORED, 0, 0, "2", "Mongrel2's idle killer"),
    MAX_FD(
            "superpoll.max_fd",
            Kind.IGNORED,
            0,
            0,
            "10240",
            "Mongrel2's file descriptors; limits.connections takes its place"),
    HOT_DIVIDEND("superpoll.hot_dividend", Kind.IGNORED, 0, 0, "4", "Mongrel2's poll set"),
    ZEROMQ_THREADS("zeromq.threads", Kind.IGNORED, 0, 0, "1", "threads of libzmq; event_loops takes its place"),
    DAEMONIZE("server.daemonize", Kind.IGNORED, 0, 0, "1", "broker run stays in the foreground"),
    UPLOAD_TEMP_STORE("upload.temp_store", Kind.IGNORED, 0, 0, "", "uploads by file come with a later version"),
    UPLOAD_TEMP_STORE_MODE(
            "upload.temp_store_mode", Kind.IGNORED, 0, 0, "0600", "uploads by file come with a later version"),
    UPLOAD_STREAM("upload.stream", Kind.IGNORED, 0, 0, "0", "streamed uploads come with a later version"),
    DOWNLOAD_FLOW_CONTROL("download.flow_control", Kind.IGNORED, 0, 0, "0", "credits come with a later version"),
    CERTDIR("certdir", Kind.IGNORED, 0, 0, "", "TLS comes with a later version"),
    SSL_CIPHERS("ssl_ciphers", Kind.IGNORED, 0, 0, "", "TLS comes with a later version"),
    SSL_CA_CHAIN("ssl.ca_chain", Kind.IGNORED, 0, 0, "", "TLS comes with a later version"),
    SSL_VERIFY_OPTIONAL("ssl.verify_optional", Kind.IGNORED, 0, 0, "0", "TLS comes with a later version"),
    SSL_VERIFY_REQUIRED("ssl.verify_required", Kind.IGNORED, 0, 0, "0", "TLS comes with a later version");

    /** What a value is. */
    public enum Kind {
        /** A number. */
        COUNT,
        /** Bytes, as {@code 4096}, {@code 64k}, {@code 1m} or {@code 1g}. */
        BYTES,
        /** Time, as {@code 30s}, {@code 100ms}, {@code 2m} or {@code 1h}; a bare number is seconds. Bounds in milliseconds. */
        DURATION,
        /** 0 or 1. */
        FLAG,
        /** Any text. */
        TEXT,
        /** Accepted for the sake of Mongrel2's databases, without effect. */
        IGNORED
    }

    private final String key;
    private final Kind kind;
    private final long least;
    private final long most;
    private final String byDefault;
    private final String meaning;

    Setting(String key, Kind kind, long least, long most, String byDefault, String meaning) {
        this.key = key;
        this.kind = kind;
        this.least = least;
        this.most = most;
        this.byDefault = byDefault;
        this.meaning = meaning;
    }

    /** The key in table {@code setting}. */
    public String key() {
        return key;
    }

    /** What a value is. */
    public Kind kind() {
        return kind;
    }

    /** Least value allowed; milliseconds for a duration. */
    public long least() {
        return least;
    }

    /** Greatest value allowed; milliseconds for a duration. */
    public long most() {
        return most;
    }

    /** The value that counts when the table has none. */
    public String byDefault() {
        return byDefault;
    }

    /** What it does. */
    public String meaning() {
        return meaning;
    }

    /** The setting with this key, or null. */
    public static @Nullable Setting of(String key) {
        for (Setting setting : values()) {
            if (setting.key.equals(key)) {
                return setting;
            }
        }
        return null;
    }
}
