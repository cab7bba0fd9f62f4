package dev.lurcher.broker.http;

import dev.lurcher.broker.dispatch.Exchange;
import io.netty.buffer.ByteBuf;

/**
 * The way to a worker of content that is too large for one message: by a file, or part by part. Made when it is known that the
 * content is; it has the request offered to the handler's pool when there is something to tell.
 * <p>Thread: the connection's event loop.
 */
interface Upload {
    /** The request was offered, for the first time or once more after its worker was lost. */
    void onOffered(Exchange exchange);

    /**
     * Takes the start of the content, where that was collected before it was known how much it is.
     *
     * @param collected not changed afterwards
     */
    void begin(byte[] collected);

    /**
     * Takes some of the content.
     *
     * @param bytes the caller's
     */
    void content(ByteBuf bytes);

    /** All content has come. */
    void whole();

    /** The worker can take so many bytes more. */
    default void onCredits(long bytes) {}

    /** Whether it is the worker's turn: only then its time runs. */
    boolean awaitsWorker();

    /**
     * The answer is whole, and the connection may go on with the next request.
     *
     * @return whether the worker has all of the content or still gets it; if not, it is to be told that it does not
     */
    boolean outliveAnswer();

    /** The content is not wanted any more. */
    void abandon();
}
