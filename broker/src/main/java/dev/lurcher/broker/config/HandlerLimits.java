package dev.lurcher.broker.config;

import java.time.Duration;

/**
 * What a handler may hold and how long.
 *
 * @param timeout until the first byte of a worker's answer; zero = no bound
 * @param queueTimeout how long a request waits for a worker
 * @param queueLimit requests that wait
 * @param queueBytes content that waits
 * @param prefetch unanswered requests of one worker; 0 = no bound, {@link #AUTO} = by its measured speed
 * @param uploadBytes content of one request that does not go in one message
 */
public record HandlerLimits(
        Duration timeout, Duration queueTimeout, int queueLimit, long queueBytes, int prefetch, long uploadBytes) {
    /** Most content of a request where nothing else is set: a gibibyte. */
    public static final long USUAL_UPLOAD_BYTES = 1L << 30;

    /** Limits with the usual one for uploads. */
    public HandlerLimits(Duration timeout, Duration queueTimeout, int queueLimit, long queueBytes, int prefetch) {
        this(timeout, queueTimeout, queueLimit, queueBytes, prefetch, USUAL_UPLOAD_BYTES);
    }

    /** {@code prefetch}: as many as keep a worker busy for about 10 ms. */
    public static final int AUTO = Rule.BY_WORD;
}
