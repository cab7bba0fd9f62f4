package dev.lurcher.broker.dispatch;

import dev.lurcher.protocol.RequestHead;
import dev.lurcher.protocol.UploadPart;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to a worker and back, under one connection id.
 * <pre>
 *   NEW --offer--> HELD by a worker --its answer begins--> ANSWERED --its answer ends--> ENDED
 *    |               ^    |   |                               ^                            ^
 *    +--> QUEUED ----+    |   +--the worker is gone--> LOST --+                            |
 *            |            |                              |                                 |
 *            +------------+---timeout, client gone, -----+---------------------------------+
 *                             given up, repeated
 * </pre>
 * A request whose worker is lost may be offered again: as another exchange, under another id, so that what the first worker
 * may still answer meets nobody.
 * <p>A message expects no answer: it is ENDED as soon as a worker has it.
 * <p>Thread: made by the client's loop; state, worker and links are guarded by the pool's lock; all else is immutable.
 */
public final class Exchange {
    /** No content. */
    public static final byte[] NO_CONTENT = new byte[0];

    enum State {
        NEW,
        QUEUED,
        HELD,
        LOST,
        ANSWERED,
        ENDED
    }

    final HandlerPool pool;
    final Client client;
    final RequestHead head;
    final byte[] content;
    final int connectionId;
    final int tries;

    /** Names of the workers that had it before and were lost, with commas between. */
    private final String earlierWorkers;

    /** Whether nobody waits for an answer: a message of a WebSocket, or of a message socket. */
    final boolean isMessage;

    /** The only worker that may have it; null where any may. */
    final @Nullable Worker destination;

    /** Equal for requests that belong to the same worker; of use where the handler has an affinity. */
    final int affinity;

    State state = State.NEW;

    /** Whether it has been written towards its worker. Set on the loop of that worker. */
    volatile boolean isSent;

    /** What is to be told to its worker once all of an upload is there. */
    private volatile @Nullable RequestHead completion;

    /** Whether parts of its content have followed it. Of the client's loop. */
    private boolean hasParts;

    /** Whether it has been told. Of the loop of its worker. */
    boolean isCompletionSent;

    /** Whether its worker is gone, and does not hold it any more. */
    boolean isAbandoned;

    @Nullable
    Worker worker;

    @Nullable
    Exchange previous;

    @Nullable
    Exchange next;

    /** Of interest to the client's loop, which sets it, and under the lock. */
    long offeredNanos;

    volatile long heldNanos;

    /**
     * Creates an exchange.
     *
     * @param connectionId the id by which the worker answers
     * @param content      the whole content of the request; not copied, not changed afterwards
     */
    public Exchange(HandlerPool pool, Client client, int connectionId, RequestHead head, byte[] content) {
        this(new Sender(pool, client, connectionId, null), head, content, false);
    }

    /**
     * Creates a message, which expects no answer.
     *
     * @param content the whole content; not copied, not changed afterwards
     */
    public static Exchange message(Sender sender, RequestHead head, byte[] content) {
        return new Exchange(sender, head, content, true);
    }

    /**
     * Whose message it is.
     *
     * @param connectionId the id by which workers write to the client
     * @param destination the only worker that may have it, as it has the session; null where any may
     */
    public record Sender(
            HandlerPool pool,
            Client client,
            int connectionId,
            @Nullable Worker destination) {}

    private Exchange(Sender sender, RequestHead head, byte[] content, boolean isMessage) {
        this.pool = sender.pool();
        this.client = sender.client();
        this.connectionId = sender.connectionId();
        this.destination = sender.destination();
        this.head = head;
        this.content = content;
        this.isMessage = isMessage;
        this.tries = 1;
        this.earlierWorkers = "";
        this.affinity = pool.affinity(head);
    }

    private Exchange(Exchange lost, int connectionId) {
        pool = lost.pool;
        client = lost.client;
        head = lost.head;
        content = lost.content;
        affinity = lost.affinity;
        tries = lost.tries + 1;
        Worker before = lost.worker();
        String name = before == null ? "" : before.name();
        earlierWorkers = lost.earlierWorkers.isEmpty() ? name : lost.earlierWorkers + ", " + name;
        isMessage = false;
        destination = null;
        this.connectionId = connectionId;
    }

    /** The same request, to be offered again under another id. */
    public Exchange again(int newConnectionId) {
        return new Exchange(this, newConnectionId);
    }

    /** The pool it was made for. */
    public HandlerPool pool() {
        return pool;
    }

    /** The id by which a worker answers. */
    public int connectionId() {
        return connectionId;
    }

    /** How many workers have had the request, this one included. */
    public int tries() {
        return tries;
    }

    /** Names of the workers that had the request before and were lost, with commas between. */
    public String earlierWorkers() {
        return earlierWorkers;
    }

    /** When it was offered, as {@link System#nanoTime()}. The client's loop. */
    public long offeredNanos() {
        return offeredNanos;
    }

    /** When a worker got it, as {@link System#nanoTime()}; 0 while none has. Any thread. */
    public long heldNanos() {
        return heldNanos;
    }

    /** The worker that got it, or null. Any thread. */
    public @Nullable Worker worker() {
        return heldNanos == 0 ? null : worker;
    }

    /** Whether it has been written towards its worker: only then may parts of its content follow. Any thread. */
    public boolean isSent() {
        return isSent;
    }

    /**
     * Sends a part of the content after the first to the worker that has the request. Any thread, once {@link #isSent}.
     *
     * @param content of this part; it passes into the worker's ownership
     * @param onRoom  called on the client's loop when the worker can take the next; never when it is gone
     */
    public void sendPart(UploadPart part, ByteBuf content, Runnable onRoom) {
        hasParts = true;
        Worker holder = worker();
        if (holder == null) {
            content.release();
        } else {
            holder.sendPart(this, part, content, onRoom);
        }
    }

    /**
     * Tells the worker that has the request, or gets it, that all of its content is there. Any thread.
     *
     * @param head the request, and what there is to tell
     */
    public void complete(RequestHead head) {
        completion = head;
        Worker holder = worker();
        if (holder != null) {
            holder.sendCompletion(this);
        }
    }

    /** Whether a worker that gets it again gets all that the first one had. The client's loop. */
    public boolean isAllThere() {
        return completion == null && !hasParts;
    }

    /** What {@link #complete} was given, or null. Any thread. */
    @Nullable
    RequestHead completion() {
        return completion;
    }

    /** Bytes that count against the queue's limit. */
    long weight() {
        return content.length;
    }
}
