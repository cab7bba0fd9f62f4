package dev.lurcher.broker.http;

import dev.lurcher.broker.config.Target;
import dev.lurcher.broker.dispatch.HandlerPool;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What answers those requests of one connection whose route leads to one kind of target. One object per connection and kind,
 * made when it is first needed. It has at most one request in hand, from {@link #start} to {@link Answering#finish},
 * {@link Answering#cut}, {@link #abandon} or {@link #close}.
 * <p>Thread: the connection's event loop.
 */
interface Responder {
    /**
     * Takes up a request whose head has come. Content follows unless {@link Request#contentLength} is 0.
     *
     * @param target of the kind that this responder is for
     * @param now where it was found; has what answers there
     * @return why it does not, or null; a refusal is not followed by {@link #abandon}
     */
    @Nullable
    Refusal start(Request head, Target target, Snapshot now);

    /**
     * Takes some of the content.
     *
     * @param bytes the caller's; retain to keep
     * @return why it takes no more, or null
     */
    @Nullable
    Refusal content(ByteBuf bytes);

    /** The request has been read to its end; the requests after it wait undecoded. */
    void whole();

    /** The client has taken bytes of the answer. */
    default void onSent() {}

    /**
     * What {@link Answering#wakeAt} was set to has passed; it is cleared before the call.
     *
     * @param now as {@link System#nanoTime()}
     */
    void onDeadline(long now);

    /** The client has closed its sending side; it may still read. */
    default void onInputClosed() {}

    /** The broker stops: what has no end of its own is to end soon. */
    default void onDrain() {}

    /** Whether the request in hand is one for these workers. */
    default boolean isFor(HandlerPool pool) {
        return false;
    }

    /** Status code of the answer that has begun, or 0. */
    int status();

    /** The request in hand is over without this responder's doing. */
    void abandon();

    /**
     * The connection is over, and with it the request in hand if there is one.
     *
     * @param inOrder whether it ended as the last answer said
     */
    default void close(boolean inOrder) {
        abandon();
    }
}
