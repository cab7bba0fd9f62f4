package dev.lurcher.broker.http;

/**
 * Why a request is not served: what {@link RequestDecoder} hands out in place of a request, or of the rest of its content,
 * and what {@link ErrorAnswers} makes an answer of.
 *
 * @param error status and reason code
 * @param detail one line for the client and the log; holds nothing the client sent
 * @param allow value of the {@code Allow} field, for 405; else empty
 * @param retryAfterSeconds value of {@code Retry-After}; 0 leaves the field out
 * @param head whether the request's method is HEAD, so that the answer has no content
 */
record Refusal(HttpError error, String detail, String allow, int retryAfterSeconds, boolean head) {
    /** The methods the broker passes on; CONNECT and TRACE are refused everywhere. */
    static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

    static Refusal of(HttpError error, String detail) {
        return new Refusal(error, detail, "", 0, false);
    }

    /**
     * Of content past its limit.
     *
     * @param mostBytes the limit
     */
    static Refusal contentTooLarge(int mostBytes) {
        return of(HttpError.CONTENT_TOO_LARGE, "more content than " + mostBytes + " bytes (limits.content_length)");
    }

    /** The same for a request with the method HEAD. */
    Refusal withHead(boolean head) {
        return head == this.head ? this : new Refusal(error, detail, allow, retryAfterSeconds, head);
    }

    Refusal withAllow(String methods) {
        return new Refusal(error, detail, methods, retryAfterSeconds, head);
    }

    Refusal withRetryAfter(int seconds) {
        return new Refusal(error, detail, allow, seconds, head);
    }
}
