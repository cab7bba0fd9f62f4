package dev.lurcher.broker.config;

import static dev.lurcher.broker.config.Rule.bytes;
import static dev.lurcher.broker.config.Rule.count;
import static dev.lurcher.broker.config.Rule.flag;
import static dev.lurcher.broker.config.Rule.ignored;
import static dev.lurcher.broker.config.Rule.text;
import static dev.lurcher.broker.config.Rule.time;
import static dev.lurcher.broker.config.Rule.word;

import dev.lurcher.broker.telemetry.LinePattern;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Every setting there is: one row each, which makes this the one long file. {@code docs/settings.md} is made from it.
 * <p>Values stand in table {@code setting}. Mongrel2's keys keep their names, units and ways; those that stand for nothing
 * here are accepted and do nothing.
 */
public enum Setting {
    // ---- what a client may do
    CONTENT_LENGTH(
            "limits.content_length",
            bytes("0", "1g", "65536").asMongrel2(),
            "most content of a request that goes to a worker in one message; more is uploaded, where that is set up, or refused"
                    + " with 413"),
    URL_LENGTH("limits.url_length", bytes("64", "1m", "8k"), "longest request line; more is refused with 414"),
    HEADER_BYTES(
            "limits.header_bytes",
            bytes("64", "1m", "32k"),
            "all fields of a request together; more is refused with 431"),
    FIELD_COUNT("limits.field_count", count(1, 10_000, "100"), "fields of a request; more are refused with 431"),
    HEADER_TIME(
            "limits.header_time",
            time("0", "1h", "10s"),
            "from the first byte of a request to the end of its fields; then 408; 0 = no bound"),
    CONTENT_IDLE(
            "limits.content_idle",
            time("100ms", "1h", "30s"),
            "the window over which the rate of a request's content is looked at"),
    CONTENT_RATE(
            "limits.content_rate",
            count(0, 1 << 30, "240"),
            "least bytes per second of a request's content over that window; slower is refused with 408; 0 = no bound"),
    IDLE_TIME(
            "limits.idle_time",
            time("0", "24h", "60s"),
            "how long a connection may be idle between two requests; 0 = no bound"),
    REQUESTS_PER_CONNECTION(
            "limits.requests_per_connection",
            count(1, 1 << 30, "10000"),
            "requests after which a connection is closed"),
    CONNECTIONS(
            "limits.connections",
            count(0, 1 << 24, "0").atStart(),
            "client connections at once; 0 = eight tenths of the files that the process may open"),
    PENDING_BYTES(
            "limits.pending_bytes",
            bytes("1k", "2g", "1m"),
            "bytes that may wait for a client that does not read; past it the connection is closed"),
    UNSENT_BYTES(
            "limits.unsent_bytes",
            bytes("4k", "16m", "128k"),
            "bytes that the kernel takes for a client beyond what is on its way (TCP_NOTSENT_LOWAT, Linux); more would be copied for many slow clients at once"),
    WRITE_IDLE(
            "limits.write_idle",
            time("0", "24h", "30s"),
            "how long a client may take no byte of its answer; 0 = no bound"),
    HALF_CLOSED_WAIT(
            "limits.half_closed_wait",
            time("0", "1h", "1s"),
            "how long the request of a client that has closed its sending side waits for a worker"),
    SOCKET_MESSAGE(
            "limits.socket_message",
            bytes("16", "1g", "64k"),
            "longest message of a JSON or XML socket; a longer one is refused with 400"),
    WEBSOCKET_FRAME(
            "limits.websocket_frame",
            bytes("125", "1g", "64k"),
            "longest frame of a WebSocket; a longer one ends it with 1009"),
    WEBSOCKET_MESSAGE(
            "limits.websocket_message",
            bytes("125", "1g", "1m"),
            "longest message of a WebSocket, all its frames together, decompressed; a longer one ends it with 1009"),
    WEBSOCKET_FRAGMENTS(
            "limits.websocket_fragments",
            count(1, 1 << 24, "1024"),
            "frames of one message of a WebSocket; more end it with 1008"),
    WEBSOCKET_PINGS(
            "limits.websocket_pings",
            count(0, 1 << 20, "10"),
            "pings and pongs of a WebSocket's client in a second; more end it with 1008; 0 = no bound"),
    SESSION_IDLE(
            "limits.session_idle",
            time("0", "24h", "5m"),
            "how long both sides of a WebSocket, or of a connection that has sent messages, may be silent; 0 = no bound"),
    CONTENT_MEMORY(
            "limits.content_memory",
            bytes("0", "1024g", "0").atStart(),
            "content of all requests that are under way, of which one handler among several gets half; more gets 503; 0 = a quarter of"
                    + " the heap"),
    MEMORY_MARK(
            "limits.memory_mark",
            count(10, 100, "85"),
            "percent of the heap, or of direct memory, in use from which on new requests get 503"),
    DRAIN_TIME(
            "limits.drain_time",
            time("0", "1h", "30s"),
            "how long running requests may take once the broker is told to stop"),

    // ---- handlers and their workers
    HANDLER_TARGETS(
            "limits.handler_targets",
            count(1, 65_536, "128").asMongrel2().atStart(),
            "most connections that one reply may name"),
    HANDLER_TIMEOUT(
            "handler.timeout",
            time("0", "24h", "60s"),
            "what a worker has until the first byte of its answer; then 504; 0 = no bound. Column handler.timeout overrides it"),
    HANDLER_QUEUE_TIMEOUT(
            "handler.queue_timeout",
            time("1ms", "24h", "10s"),
            "how long a request may wait for a worker; then 503. Column handler.queue_timeout overrides it"),
    HANDLER_QUEUE_LIMIT(
            "handler.queue_limit",
            count(0, 1 << 24, "1024"),
            "requests that may wait for a handler's workers; more get 503. Column handler.queue_limit overrides it"),
    HANDLER_QUEUE_BYTES(
            "handler.queue_bytes",
            bytes("0", "1024g", "64m"),
            "content that may wait for a handler's workers; more gets 503. Column handler.queue_bytes overrides it"),
    HANDLER_PREFETCH(
            "handler.prefetch",
            count(0, 1 << 24, "100").orWord("auto"),
            "requests that one worker may hold unanswered; 0 = no bound; auto = as many as keep it busy for about 10 ms, and at"
                    + " least 2. Column handler.prefetch overrides it"),
    HANDLER_RETRY(
            "handler.retry",
            word("idempotent", "always", "never"),
            "which requests of a lost worker another one gets: those that may be repeated by RFC 9110, or have an"
                    + " Idempotency-Key; all; none. Column handler.retry overrides it"),
    HANDLER_RETRY_LIMIT(
            "handler.retry_limit",
            count(1, 100, "3"),
            "how many workers at most may get one request, one after the other. Column handler.retry_limit overrides it"),
    HANDLER_ON_EMPTY(
            "handler.on_empty",
            text("wait").asOurs(),
            "what becomes of a request when no worker is connected: wait = it waits for one; fail = 503 at once; a folder ="
                    + " 503 at once with its index.html. Column handler.on_empty overrides it"),
    HANDLER_LOSS_GRACE(
            "handler.loss_grace",
            time("0", "1m", "25ms"),
            "how long replies of a lost classic worker that are on their way are waited for, before its requests are repeated"
                    + " or fail"),
    REPLY_CHECK_SENDER(
            "reply.check_sender", flag("1"), "1: a reply must begin with the handler's send_ident; 0: with any word"),

    REPLY_ID_PER_REQUEST(
            "reply.id_per_request",
            flag("1"),
            "1: each request has a connection id of its own, so that what a worker sends twice or too late meets nobody;"
                    + " 0: a connection keeps its id, as with Mongrel2"),

    REPLY_MESSAGE_NUL(
            "reply.message_nul",
            flag("1"),
            "1: what is sent to a JSON or XML socket in base64 ends with a NUL; 0: it does not, as with Mongrel2"),

    // ---- directories
    DIRECTORY_CACHE_BYTES(
            "directory.cache_bytes",
            bytes("0", "1024g", "64m").atStart(),
            "memory for files that were asked for, of all directories together; 0 = every request asks the disk"),
    DIRECTORY_CACHE_FILE_BYTES(
            "directory.cache_file_bytes",
            bytes("0", "1m", "64k").atStart(),
            "largest file whose content is kept in that memory; larger ones are sent from the disk"),
    DIRECTORY_THREADS("directory.threads", count(1, 256, "4").atStart(), "threads that ask the disk"),
    DIRECTORY_READ_TIME(
            "directory.read_time",
            time("1ms", "1h", "10s").atStart(),
            "how long a request waits for the disk; then 503"),

    // ---- upstream HTTP servers
    PROXY_CONNECTIONS(
            "proxy.connections",
            count(1, 65_536, "1024"),
            "connections to one upstream at once, tunnels among them. Column proxy.connections overrides it"),
    PROXY_CONNECT_TIMEOUT(
            "proxy.connect_timeout",
            time("1ms", "1h", "5s"),
            "what an address of an upstream has to take a connection; then the next is tried, and then 504. Column"
                    + " proxy.connect_timeout overrides it"),
    PROXY_TIMEOUT(
            "proxy.timeout",
            time("0", "24h", "60s"),
            "what an upstream has from the end of a request to the first byte of its answer; then 504; 0 = no bound. Column"
                    + " proxy.timeout overrides it"),
    PROXY_IDLE_TIMEOUT(
            "proxy.idle_timeout",
            time("0", "24h", "60s"),
            "how long an upstream may send no byte of the answer it has begun, or take none of a request; 0 = no bound. Column"
                    + " proxy.idle_timeout overrides it"),
    PROXY_KEEP_TIME(
            "proxy.keep_time",
            time("0", "1h", "30s"),
            "how long a connection to an upstream is kept for the next request; 0 = none is kept. Column proxy.keep_time"
                    + " overrides it"),
    PROXY_TUNNEL_IDLE(
            "proxy.tunnel_idle",
            time("0", "24h", "1h"),
            "how long a WebSocket to an upstream may be silent in both directions; 0 = no bound. Column proxy.tunnel_idle"
                    + " overrides it"),
    PROXY_QUEUE_LIMIT(
            "proxy.queue_limit",
            count(0, 1 << 24, "1024"),
            "requests that may wait for a connection to an upstream; more get 503. Column proxy.queue_limit overrides it"),
    PROXY_QUEUE_TIMEOUT(
            "proxy.queue_timeout",
            time("1ms", "24h", "10s"),
            "how long a request may wait for a connection to an upstream; then 503. Column proxy.queue_timeout overrides it"),

    // ---- uploads and downloads
    UPLOAD(
            "limits.upload",
            bytes("0", "1024g", "1g"),
            "most content of a request that is uploaded, by a file or part by part; more is refused with 413. Column"
                    + " handler.upload_limit overrides it"),
    UPLOAD_TEMP_STORE(
            "upload.temp_store",
            text("").atStart(),
            "where content of more than limits.content_length is kept for the worker: a path that ends with XXXXXX, in whose"
                    + " place each file gets six letters of its own; empty = nowhere"),
    UPLOAD_TEMP_STORE_MODE(
            "upload.temp_store_mode",
            text("0600").atStart(),
            "permissions of those files, octal with a 0 before the number"),
    UPLOAD_TOTAL_BYTES(
            "upload.total_bytes",
            bytes("0", "1048576g", "16g").atStart(),
            "what those files may take together until workers move or delete them; an upload past it gets 507; 0 = no bound"),
    UPLOAD_STREAM(
            "upload.stream",
            flag("0").asMongrel2().atStart(),
            "1: content of more than limits.content_length reaches the worker part by part, and no file is made"),
    DOWNLOAD_FLOW_CONTROL(
            "download.flow_control",
            flag("0").asMongrel2().atStart(),
            "1: classic workers hear how much of their answers the clients have taken"),
    DOWNLOAD_WINDOW(
            "download.window",
            bytes("1", "1g", "100k").atStart(),
            "with download.flow_control: what such a worker is told that it may send at first (DOWNLOAD_CREDITS); never more than"
                    + " half of limits.pending_bytes"),

    SENDFILE_BASE(
            "sendfile.base",
            text("").asOurs().atStart(),
            "the folder from which workers may have files sent (extended reply sendfile); empty = none"),

    // ---- ZeroMQ endpoints
    ZMTP_HANDSHAKE_TIME(
            "zmtp.handshake_time", time("1ms", "1h", "10s").atStart(), "what a ZeroMQ peer has for its handshake"),
    ZMTP_MESSAGE_BYTES(
            "zmtp.message_bytes", bytes("1k", "1g", "16m").atStart(), "largest message taken from a ZeroMQ peer"),
    ZMTP_PEERS("zmtp.peers", count(1, 65_536, "1024").atStart(), "ZeroMQ peers of one endpoint"),
    ZMTP_HEARTBEAT("zmtp.heartbeat", time("0", "1h", "5s").atStart(), "between two heartbeats; 0 = none"),
    ZMTP_HEARTBEAT_TIMEOUT(
            "zmtp.heartbeat_timeout",
            time("0", "1h", "15s").atStart(),
            "silence after which a ZeroMQ peer is dropped; 0 = never"),
    ZMTP_MECHANISM(
            "zmtp.mechanism",
            word("null", "plain", "curve"),
            "how the endpoints of handlers know who connects: not at all; by user and password (table plain_user); by key, and"
                    + " encrypted (table curve_key); see docs/security.md. Column handler.mechanism overrides it"),
    CONTROL_MECHANISM(
            "control.mechanism",
            word("null", "plain", "curve"),
            "the same for the control port, with the rows of those tables whose column control is 1"),
    CONTROL_KEY_FILE(
            "control.key_file",
            text("").asOurs(),
            "the file with the secret key by which commands on this machine ask a control port that has curve; below the server's chroot"),
    CONTROL_USER_FILE(
            "control.user_file",
            text("").asOurs(),
            "the file with the line USER:PASSWORD by which they ask one that has plain; likewise"),
    CURVE_KEY_FILE(
            "curve.key_file",
            text("").asOurs(),
            "the file with the secret key of endpoints that have CURVE, made by broker keygen; below the server's chroot"),
    INSECURE_BIND(
            "insecure_bind", flag("0"), "1: ZeroMQ endpoints that other machines can reach may be bound without CURVE"),

    // ---- the process
    EVENT_LOOPS("event_loops", count(0, 256, "0").atStart(), "threads that move bytes; 0 = half of the processors"),
    ROUTE_STRICT(
            "route.strict",
            flag("0"),
            "0: routes are found in Mongrel2's way; 1: a prefix must be there as a whole, and where a pattern fails the next"
                    + " shorter prefix is tried"),
    ACCESS_LOG_FORMAT(
            "access_log.format",
            word("mongrel2", "common", "combined", "json", "pattern"),
            "how a line of the access log is written (docs/observability.md)"),
    ACCESS_LOG_PATTERN(
            "access_log.pattern",
            text(LinePattern.USUAL).asOurs(),
            "the line where the format is pattern: text, with names in braces"),
    ACCESS_LOG_STATUS(
            "access_log.status",
            text("").asOurs(),
            "which requests the access log has, by status: 5xx, 404, 400-499, with commas between; empty = all, or those of"
                    + " access_log.slow"),
    ACCESS_LOG_SLOW(
            "access_log.slow",
            time("0", "24h", "0"),
            "requests that took at least so long are in the access log as well; 0 = that says nothing"),
    DISABLE_ACCESS_LOGGING("disable.access_logging", flag("0").asMongrel2(), "1: no access log is written"),
    ADMIN_LISTEN(
            "admin.listen",
            text("").asOurs().atStart(),
            "where metrics, health and readiness are served: ADDRESS:PORT, or a port of 127.0.0.1; empty = nowhere"),
    ADMIN_TOKEN_FILE(
            "admin.token_file",
            text("").asOurs().atStart(),
            "a file whose first line whoever asks there must show (Authorization: Bearer ...); wanted where other machines can"
                    + " reach it; empty = none"),
    ADMIN_CERTIFICATE(
            "admin.certificate",
            text("").asOurs().atStart(),
            "the certificate and key of that listener, without .crt and .key: then it speaks TLS and nothing else; below the server's"
                    + " chroot; empty = it speaks plain HTTP"),
    ADMIN_CA_CHAIN(
            "admin.ca_chain",
            text("").asOurs().atStart(),
            "PEM file with those by whom certificates of clients are signed that need no token there; empty = clients are not asked for"
                    + " one"),
    WHY_REQUESTS(
            "why.requests",
            count(0, 1 << 20, "4096").atStart(),
            "how many of the latest requests are remembered for broker why"),
    WHY_FAILURES(
            "why.failures",
            count(0, 1 << 20, "4096").atStart(),
            "how many that failed are remembered beside these, and how many that were refused with 4xx"),
    CONTROL_PORT(
            "control_port",
            text("ipc://run/control").onReload(),
            "where the control port is bound when the server's row names none (docs/control.md)"),

    // ---- marks of requests
    HTTP_REQUEST_ID(
            "http.request_id",
            word("own", "answers", "all"),
            "where a request's id stands beside the logs, as X-Request-Id: own = in answers of the broker itself; answers = in all"
                    + " answers; all = also in what workers and upstreams get, in place of the client's"),
    HTTP_TRACEPARENT(
            "http.traceparent",
            word("pass", "make", "sample"),
            "W3C trace context: pass = a client's passes as any field; make = where there is none, or none that can be read, the"
                    + " broker begins a trace, marked as not recorded; sample = likewise, marked as recorded"),

    // ---- HTTP, as Mongrel2 has it
    NO_CLOBBER_XFF(
            "no_clobber_xff",
            flag("0").asMongrel2(),
            "1: x-forwarded-for is left as the client sent it; for upstreams see docs/proxying.md"),
    REQUEST_RELAXED("request.relaxed", flag("0").asMongrel2(), "1: { } and ^ may stand in request targets"),
    TCP_KEEPALIVE("net.tcp_keepalive", flag("0").asMongrel2(), "1: SO_KEEPALIVE is set on client connections"),

    // ---- bounds on the configuration itself
    HOST_NAME(
            "limits.host_name",
            count(1, 65_536, "256").asMongrel2(),
            "columns host.name and host.matching must be shorter"),
    MIME_EXT_LEN(
            "limits.mime_ext_len", count(2, 65_536, "128").asMongrel2(), "column mimetype.extension must be shorter"),
    DIR_MAX_PATH("limits.dir_max_path", count(1, 65_536, "256").asMongrel2(), "column directory.base must be shorter"),

    // ---- TLS
    CERTDIR(
            "certdir",
            text("").onReload(),
            "folder of the certificates and keys of servers with use_ssl: UUID.crt and UUID.key for the server, HOST.crt and HOST.key"
                    + " for clients that ask for a host, _.example.com.crt for every host right below example.com"),
    SSL_CIPHERS(
            "ssl_ciphers",
            text("").onReload(),
            "cipher suites of TLS 1.2, in order of preference, separated by spaces; empty = all that are safe"),
    SSL_CA_CHAIN(
            "ssl.ca_chain", text("").onReload(), "PEM file with those by whom certificates of clients must be signed"),
    SSL_VERIFY_OPTIONAL(
            "ssl.verify_optional",
            flag("0").asMongrel2(),
            "1: clients are asked for a certificate, and let in whatever they show"),
    SSL_VERIFY_REQUIRED(
            "ssl.verify_required",
            flag("0").asMongrel2(),
            "1: clients must show a certificate that is signed by one of ssl.ca_chain"),
    TLS_PROVIDER(
            "tls.provider",
            word("auto", "boringssl", "jdk").atStart(),
            "the library for TLS: BoringSSL where it can be loaded and else the JDK's; or one of the two"),
    TLS_HANDSHAKE_TIME(
            "tls.handshake_time",
            time("1ms", "1h", "10s"),
            "what a client has from connecting to the end of the TLS handshake; then it is closed"),
    TLS_HANDSHAKES(
            "tls.handshakes",
            count(1, 1 << 24, "2000"),
            "TLS handshakes under way at once; past it the one that has taken longest is closed"),
    TLS_WATCH_TIME(
            "tls.watch_time",
            time("0", "24h", "5s"),
            "how often is looked whether certificates have changed; what has is taken once it no longer does; 0 = on a reload only"),

    // ---- Mongrel2's, which stand for nothing here
    BUFFER_SIZE(
            "limits.buffer_size", ignored("4096"), "limits.url_length and limits.header_bytes bound a request's head"),
    CLIENT_READ_RETRIES("limits.client_read_retries", ignored("5"), "a request may arrive in any number of pieces"),
    HEADER_COUNT("limits.header_count", ignored("1280"), "limits.field_count takes its place"),
    URL_PATH("limits.url_path", ignored("256"), "limits.url_length takes its place"),
    TICK_TIMER("limits.tick_timer", ignored("10"), "there is no clock that ticks"),
    MIN_PING("limits.min_ping", ignored("120"), "limits.idle_time takes its place"),
    MIN_READ_RATE("limits.min_read_rate", ignored("300"), "limits.content_rate takes its place"),
    MIN_WRITE_RATE("limits.min_write_rate", ignored("300"), "limits.write_idle takes its place"),
    KILL_LIMIT("limits.kill_limit", ignored("2"), "each limit on time counts by itself"),
    CONNECTION_STACK_SIZE("limits.connection_stack_size", ignored("32768"), "connections have no stack"),
    HANDLER_STACK("limits.handler_stack", ignored("102400"), "handlers have no stack"),
    FDTASK_STACK("limits.fdtask_stack", ignored("102400"), "there is no such task"),
    DIR_SEND_BUFFER("limits.dir_send_buffer", ignored("16384"), "the system chooses the size"),
    PROXY_READ_RETRIES("limits.proxy_read_retries", ignored("100"), "an answer may arrive in any number of pieces"),
    PROXY_READ_RETRY_WARN(
            "limits.proxy_read_retry_warn", ignored("10"), "an answer may arrive in any number of pieces"),
    MAX_FD("superpoll.max_fd", ignored("10240"), "limits.connections takes its place"),
    HOT_DIVIDEND("superpoll.hot_dividend", ignored("4"), "event loops take the place of its poll sets"),
    ZEROMQ_THREADS("zeromq.threads", ignored("1"), "event_loops takes its place"),
    DAEMONIZE(
            "server.daemonize",
            ignored("1"),
            "broker start goes into the background, broker run stays in the foreground");

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
        /** One of a few words. */
        WORD,
        /** Any text. */
        TEXT,
        /** Accepted for the sake of Mongrel2's databases; does nothing. */
        IGNORED
    }

    private static final Map<String, Setting> BY_KEY =
            Arrays.stream(values()).collect(Collectors.toMap(Setting::key, Function.identity()));

    private final String key;

    @SuppressWarnings("ImmutableEnumChecker") // it is immutable; saying so would take the checker's own annotation
    private final Rule rule;

    private final String meaning;

    Setting(String key, Rule rule, String meaning) {
        this.key = key;
        this.rule = rule;
        this.meaning = meaning;
    }

    /** The key in table {@code setting}. */
    public String key() {
        return key;
    }

    /** What a value is. */
    public Kind kind() {
        return rule.kind();
    }

    /** Least number allowed; milliseconds for a duration. */
    public long least() {
        return rule.least();
    }

    /** Greatest number allowed; milliseconds for a duration. */
    public long most() {
        return rule.most();
    }

    /** The value that counts when the table has none, as it would be written there. */
    public String byDefault() {
        return rule.byDefault();
    }

    /** What it does; for one that is ignored, why it does nothing. */
    public String meaning() {
        return meaning;
    }

    /** What may be written, in short: {@code 0 to 24h}. */
    public String range() {
        return rule.range();
    }

    /** What may be written, with its units. */
    public String allowed() {
        return rule.allowed();
    }

    /** The unit of a bare number. */
    public String unit() {
        return switch (rule.kind()) {
            case BYTES -> "bytes";
            case DURATION -> "seconds";
            case COUNT, FLAG, WORD, TEXT, IGNORED -> "";
        };
    }

    /** Whether Mongrel2 has the key too. */
    public boolean isMongrel2() {
        return rule.mongrel2();
    }

    /** Whether a reload takes a new value, and not only a start. */
    public boolean isReloadable() {
        return rule.reloadable();
    }

    /** Whether it does anything in this version. */
    public boolean hasEffect() {
        return rule.hasEffect();
    }

    Rule rule() {
        return rule;
    }

    /** The setting with this key, or null. */
    public static @Nullable Setting of(String key) {
        return BY_KEY.get(key);
    }

    /** All keys, in the order of the rows. */
    public static List<String> keys() {
        return Arrays.stream(values()).map(Setting::key).toList();
    }
}
