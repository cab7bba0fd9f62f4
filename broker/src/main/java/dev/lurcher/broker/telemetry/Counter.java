package dev.lurcher.broker.telemetry;

import java.util.Locale;

/** What is counted. A new one needs a row here and somebody who counts it. */
public enum Counter {
    // ---- connections of clients
    CONNECTIONS_ACCEPTED("Connections accepted from clients."),
    CONNECTIONS_OPEN(Kind.GAUGE, "Connections of clients that are open now."),
    BYTES_SENT("Bytes sent to clients."),
    BYTES_RECEIVED("Bytes received from clients."),

    // ---- TLS
    TLS_HANDSHAKES("TLS handshakes completed."),
    TLS_HANDSHAKES_OPEN(Kind.GAUGE, "TLS handshakes under way now."),
    TLS_FAILED("Connections closed because their TLS handshake failed, or was not complete in time."),
    TLS_CROWDED_OUT("Connections closed in their TLS handshake because too many others had begun one."),
    NOT_TLS("Connections to a TLS port closed because their client does not speak TLS."),

    // ---- exchanges: REQUESTS is the sum of ANSWERS_* and CLIENT_GONE, and of what is running
    REQUESTS("Requests begun, including those that could not be read."),
    ANSWERS_1XX("Exchanges that ended with a status from 100 to 199."),
    ANSWERS_2XX("Exchanges that ended with a status from 200 to 299."),
    ANSWERS_3XX("Exchanges that ended with a status from 300 to 399."),
    ANSWERS_4XX("Exchanges that ended with a status from 400 to 499."),
    ANSWERS_5XX("Exchanges that ended with a status from 500 to 599."),
    ANSWERS_OTHER("Exchanges that ended with bytes that are no HTTP answer."),
    CLIENT_GONE("Exchanges whose client left before its answer was complete."),

    // ---- why the broker answered itself; the names are the reason codes
    BAD_REQUEST("Requests refused with 400: malformed or ambiguous."),
    ORIGIN_NOT_ALLOWED("Requests refused with 403: WebSockets of pages of another origin."),
    NO_ROUTE("Requests refused with 404: no route leads anywhere."),
    NO_FILE("Requests refused with 404: the directory has no such file."),
    METHOD_NOT_ALLOWED("Requests refused with 405."),
    HEADER_TIMEOUT("Requests refused with 408: the head was not complete in time."),
    CONTENT_TIMEOUT("Requests refused with 408: the content came too slowly."),
    PRECONDITION_FAILED("Requests refused with 412."),
    CONTENT_TOO_LARGE("Requests refused with 413."),
    URI_TOO_LONG("Requests refused with 414."),
    RANGE_NOT_SATISFIABLE("Requests refused with 416."),
    EXPECTATION_FAILED("Requests refused with 417."),
    MISDIRECTED("Requests refused with 421."),
    UPGRADE_REQUIRED("Requests refused with 426: WebSockets of another version."),
    HEADER_TOO_LARGE("Requests refused with 431: the fields were too long."),
    TOO_MANY_FIELDS("Requests refused with 431: there were too many fields."),
    INTERNAL_ERROR("Requests refused with 500: a fault of the broker's own."),
    NOT_IMPLEMENTED("Requests refused with 501."),
    WORKER_LOST("Requests refused with 502, or whose answer was cut: the worker's connection was lost."),
    BAD_ANSWER("Requests refused with 502: the worker's answer has no sound framing."),
    UPSTREAM_UNREACHABLE("Requests refused with 502: no connection to the upstream could be made."),
    UPSTREAM_LOST("Requests refused with 502, or whose answer was cut: the upstream closed the connection."),
    BAD_UPSTREAM_ANSWER("Requests refused with 502, or whose answer was cut: the upstream's answer is not sound."),
    NO_WORKER("Requests refused with 503: no worker was connected."),
    QUEUE_FULL("Requests refused with 503: the queue of their handler or upstream was full."),
    QUEUE_TIMEOUT("Requests refused with 503: they waited too long for a worker or an upstream."),
    DROPPED("Requests refused with 503: an operator dropped them from their queue."),
    FILE_UNAVAILABLE("Requests refused with 503, or whose answer was cut: a file could not be read."),
    OVERLOADED("Requests refused with 503: the broker was short of memory."),
    INSUFFICIENT_STORAGE("Requests refused with 507: their content could not be kept."),
    DRAINING("Requests refused with 503: the broker was stopping."),
    TOO_MANY_CONNECTIONS("Requests refused with 503: there were too many connections."),
    WORKER_TIMEOUT("Requests refused with 504: the worker did not begin its answer in time."),
    UPSTREAM_TIMEOUT("Requests refused with 504, or whose answer was cut: the upstream was silent for too long."),
    VERSION_NOT_SUPPORTED("Requests refused with 505."),

    // ---- files
    FILES_FROM_MEMORY("Requests for files that were answered without asking the disk."),
    FILES_FROM_DISK("Requests for files for which the disk was asked."),

    // ---- workers that are lost
    REPEATED("Requests given to another worker because the first was lost before it answered."),
    CUT("Answers that a lost worker had begun and nobody ended: their connections are cut."),

    // ---- WebSockets and message sockets
    SESSIONS_OPEN(Kind.GAUGE, "WebSockets that are open now."),
    SESSIONS_REFUSED("WebSockets closed because their client broke the protocol or a limit."),
    MESSAGES("Messages of WebSockets and message sockets given to workers."),
    MESSAGES_LOST("Such messages whose worker took nothing any more when they reached it."),
    MESSAGES_REFUSED("Such messages for which there was no worker, or no room; their connections are closed."),

    // ---- connections to upstreams
    UPSTREAM_CONNECTS("Connections made to upstreams."),
    UPSTREAM_OPEN(Kind.GAUGE, "Connections to upstreams that are open now."),
    UPSTREAM_REPEATED("Requests sent once more because a kept connection to the upstream turned out to be closed."),
    UPSTREAM_SURPLUS("Connections to upstreams closed because bytes came that belong to no answer."),

    // ---- replies of workers, and notices to them
    BAD_REPLY("Replies dropped because they break the grammar."),
    WRONG_SENDER("Replies dropped because their first word is not the handler's sender id."),
    UNKNOWN_ID("Targets of replies that no longer exist, or never did."),
    FOREIGN_REPLY("Targets of replies that were never routed to the worker's handler."),
    LATE_REPLY("Answers dropped because they came after their request had timed out."),
    OVERRUN("Connections closed because a reply went on past the end of its answer."),
    SLOW_CLIENT("Connections closed because the client did not take its answer."),
    EXTENDED_REPLIES("Extended replies: control of connections, and files to be sent."),
    NOTICES("Disconnect notices sent to workers."),
    NOTICES_DROPPED("Disconnect notices given up because no worker could take them.");

    /** How a number moves. */
    public enum Kind {
        /** Only upwards. */
        COUNTER,
        /** Both ways. */
        GAUGE
    }

    private final Kind kind;
    private final String meaning;

    Counter(String meaning) {
        this(Kind.COUNTER, meaning);
    }

    Counter(Kind kind, String meaning) {
        this.kind = kind;
        this.meaning = meaning;
    }

    /** Whether it is the reason for which an exchange ended; its key is the reason code then. */
    public boolean isReason() {
        return this == CLIENT_GONE || (compareTo(BAD_REQUEST) >= 0 && compareTo(VERSION_NOT_SUPPORTED) <= 0);
    }

    /** How the number moves. */
    public Kind kind() {
        return kind;
    }

    /** One sentence. */
    public String meaning() {
        return meaning;
    }

    /** The name in lower case; for a reason the reason code. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
