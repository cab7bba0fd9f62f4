package dev.lurcher.worker;

import java.time.Duration;

/**
 * Hears what happens in a worker: to count and measure it. Called by the threads it happens in, several at once where the worker
 * has several, so it must be quick and must not throw. More may be told in later versions, hence the methods that do nothing.
 */
public interface WorkerListener {
    /** A request is about to be answered. */
    default void onRequest(Request request) {}

    /**
     * An answer was given by {@link Request#reply}: all of it, or the content's writer has ended; or by {@link Request#answer}.
     *
     * @param status its status; 0 where the application made its octets, 499 where the client had gone
     * @param took since the request came
     */
    default void onAnswered(Request request, int status, Duration took) {}

    /**
     * A responder or a writer threw an exception that is no answer.
     *
     * @param errorId what the client was told; it is in the log beside the stack trace
     */
    default void onFailed(Request request, Throwable failure, String errorId) {}

    /** A broker takes this worker's answers and sends it requests: for the first time, or again. */
    default void onConnected(Endpoints broker) {}

    /** The connection with a broker was lost. The worker connects again by itself. */
    default void onLost(Endpoints broker) {}
}
