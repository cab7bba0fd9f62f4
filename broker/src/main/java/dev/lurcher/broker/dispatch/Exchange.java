package dev.lurcher.broker.dispatch;

import dev.lurcher.protocol.RequestHead;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to a worker, until its answer begins or it is given up.
 * <pre>
 *   NEW --offer--> HELD by a worker ----------------> ANSWERED (its answer has begun)
 *    |               ^         |
 *    +--> QUEUED ----+         +--> GIVEN_UP (timeout, client gone)
 *            +------------------------^
 * </pre>
 * Thread: made by the client's loop; state, worker and links are guarded by the pool's lock; all else is immutable.
 */
public final class Exchange {
    /** No content. */
    public static final byte[] NO_CONTENT = new byte[0];

    enum State {
        NEW,
        QUEUED,
        HELD,
        ANSWERED,
        GIVEN_UP
    }

    final HandlerPool pool;
    final RequestHead head;
    final byte[] content;
    final int connectionId;
    final long offeredNanos;

    State state = State.NEW;

    @Nullable
    Worker worker;

    @Nullable
    Exchange previous;

    @Nullable
    Exchange next;

    volatile long heldNanos;

    /**
     * Creates an exchange.
     *
     * @param content      the whole content of the request; not copied, not changed afterwards
     * @param connectionId the id by which the worker answers
     * @param now          as {@link System#nanoTime()}
     */
    public Exchange(HandlerPool pool, RequestHead head, byte[] content, int connectionId, long now) {
        this.pool = pool;
        this.head = head;
        this.content = content;
        this.connectionId = connectionId;
        this.offeredNanos = now;
    }

    /** The pool it was made for. */
    public HandlerPool pool() {
        return pool;
    }

    /** The id by which a worker answers. */
    public int connectionId() {
        return connectionId;
    }

    /** When it was offered, as {@link System#nanoTime()}. */
    public long offeredNanos() {
        return offeredNanos;
    }

    /** When a worker got it, as {@link System#nanoTime()}; 0 while none has. Any thread. */
    public long heldNanos() {
        return heldNanos;
    }

    /** Bytes that count against the queue's limit. */
    long weight() {
        return content.length;
    }
}
