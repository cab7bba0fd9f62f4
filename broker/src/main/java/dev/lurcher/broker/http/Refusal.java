package dev.lurcher.broker.http;

import dev.lurcher.broker.dispatch.HandlerPool;

/**
 * Why a request is not served: what {@link RequestDecoder} hands out in place of a request, or of the rest of its content,
 * and what {@link ErrorAnswers} makes an answer of.
 *
 * @param error status and reason code
 * @param detail one line for the client and the log; holds nothing the client sent
 * @param field further fields, as {@code Allow: GET}, with CRLF between several; else empty
 * @param retryAfterSeconds value of {@code Retry-After}; 0 leaves the field out
 * @param page HTML that takes the place of the usual text; empty for none
 * @param head whether the request's method is HEAD, so that the answer has no content
 */
record Refusal(HttpError error, String detail, String field, int retryAfterSeconds, String page, boolean head) {
    /** The methods the broker passes on; CONNECT and TRACE are refused everywhere. */
    static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

    static final Refusal DRAINING = of(HttpError.DRAINING, "the server is stopping");
    static final Refusal CROWDED = of(HttpError.TOO_MANY_CONNECTIONS, "the limit of connections is reached");
    static final Refusal OVERLOADED =
            of(HttpError.OVERLOADED, "the server is short of memory").withRetryAfter(1);
    static final Refusal NO_ROUTE = of(HttpError.NO_ROUTE, "no route of this host matches the path");
    static final Refusal WEBSOCKET_VERSION = new Refusal(
            HttpError.UPGRADE_REQUIRED,
            "Sec-WebSocket-Version must be 13",
            "Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13",
            0,
            "",
            false);
    static final Refusal NO_MESSAGES = of(HttpError.NO_ROUTE, "the route of the message leads to no handler");
    static final Refusal NO_FILE = of(HttpError.NO_FILE, "the directory of this route has no such file");
    static final Refusal READ_ONLY =
            of(HttpError.METHOD_NOT_ALLOWED, "files can be read only").withAllow("GET, HEAD");
    static final Refusal PRECONDITION_FAILED =
            of(HttpError.PRECONDITION_FAILED, "the file is not the one that the request is about");
    static final Refusal FILE_UNAVAILABLE =
            of(HttpError.FILE_UNAVAILABLE, "the file cannot be read now").withRetryAfter(1);
    static final Refusal WORKER_TIMEOUT = of(HttpError.WORKER_TIMEOUT, "the worker did not answer in time");
    static final Refusal WORKER_LOST = of(HttpError.WORKER_LOST, "the worker was lost before it answered");
    static final Refusal BAD_ANSWER = of(HttpError.BAD_ANSWER, "the worker's answer has no sound framing");
    static final Refusal HEADER_TIMEOUT =
            of(HttpError.HEADER_TIMEOUT, "the head of the request was not complete in time");
    static final Refusal CONTENT_TIMEOUT = of(HttpError.CONTENT_TIMEOUT, "the content of the request came too slowly");

    static Refusal of(HttpError error, String detail) {
        return new Refusal(error, detail, "", 0, "", false);
    }

    /** No worker has got the request, for a reason that the pool knows more of. */
    static Refusal unserved(HttpError error, HandlerPool asked) {
        String detail = switch (error) {
            case QUEUE_FULL -> "too many requests wait for a worker of this route";
            case DROPPED -> "the operator has emptied the queue of this route";
            case QUEUE_TIMEOUT -> "all workers of this route were busy for too long";
            default -> "no worker of this route is connected";
        };
        return of(error, detail).withRetryAfter(asked.retryAfterSeconds());
    }

    /**
     * Of content past its limit.
     *
     * @param mostBytes what goes to a worker in one message
     */
    static Refusal contentTooLarge(long mostBytes) {
        return contentTooLarge(mostBytes, " (limits.content_length)");
    }

    /**
     * Of content past the limit of uploads.
     *
     * @param mostBytes most that is uploaded
     */
    static Refusal uploadTooLarge(long mostBytes) {
        return contentTooLarge(mostBytes, " (limits.upload)");
    }

    /** @param setting in brackets, or nothing where it is not known here what sets the limit */
    static Refusal contentTooLarge(long mostBytes, String setting) {
        return of(HttpError.CONTENT_TOO_LARGE, "more content than " + mostBytes + " bytes" + setting);
    }

    /**
     * No byte of the ranges that are asked for is there.
     *
     * @param size of the file in bytes
     */
    static Refusal notSatisfiable(long size) {
        return new Refusal(
                HttpError.RANGE_NOT_SATISFIABLE,
                "the ranges lie beyond the end of the file",
                "Content-Range: bytes */" + size,
                0,
                "",
                false);
    }

    /** The same for a request with the method HEAD. */
    Refusal withHead(boolean head) {
        return head == this.head ? this : new Refusal(error, detail, field, retryAfterSeconds, page, head);
    }

    Refusal withAllow(String methods) {
        return new Refusal(error, detail, "Allow: " + methods, retryAfterSeconds, page, head);
    }

    Refusal withRetryAfter(int seconds) {
        return new Refusal(error, detail, field, seconds, page, head);
    }

    Refusal withPage(String html) {
        return new Refusal(error, detail, field, retryAfterSeconds, html, head);
    }
}
