package dev.lurcher.broker.dispatch;

import dev.lurcher.broker.config.HandlerLimits;
import dev.lurcher.broker.config.HandlerPolicy;
import dev.lurcher.broker.config.Target;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.telemetry.Counters;
import dev.lurcher.protocol.HeaderFormat;
import dev.lurcher.protocol.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The workers of one handler and the requests that wait for them.
 * <p>A request goes at once to the worker that holds the fewest unanswered ones, in turn among equals, never past what it may
 * hold; else it waits in a queue that is bounded in requests and bytes. What waits here can still go to a worker that joins
 * later, or be dropped when its client leaves. {@link Workforce} has what workers do, {@link Overseer} what operators do.
 * <p>Thread: any event loop; the lock guards choice and queue and is never held while sending.
 */
public final class HandlerPool {
    /** What became of an offered exchange. */
    public enum Offer {
        /** A worker has it, or it waits for one. */
        TAKEN,
        /** There is no room for it. */
        FULL,
        /** No worker is connected, and the handler's requests do not wait for one. */
        EMPTY
    }

    /** What became of a message. */
    public enum Post {
        /** A worker has it. */
        SENT,
        /** It waits for one; {@link Client#onTaken} says when it has got there. */
        WAITS,
        /** There is no room for it. */
        FULL,
        /** No worker is connected, and nothing waits for one. */
        EMPTY,
        /** The only worker that may have it takes no more, or is gone. */
        GONE
    }

    private final String name;
    private final String endpoint;
    private final byte[] sender;
    private final Counters counters;

    /** What a reload may change. */
    private record Terms(HeaderFormat format, HandlerLimits limits, HandlerPolicy policy) {
        static Terms of(Target.Handler handler) {
            return new Terms(handler.protocol(), handler.limits(), handler.policy());
        }
    }

    private volatile Terms terms;

    private final ReentrantLock lock;
    private final Ledger ledger;
    private final Overseer overseer;
    private final Workforce workforce;

    /** Creates the pool of a handler, without workers. */
    public HandlerPool(Target.Handler handler, Counters counters) {
        this(handler, counters, new ReentrantLock());
    }

    /** @param lock of a test that wants to know when it is taken */
    HandlerPool(Target.Handler handler, Counters counters, ReentrantLock lock) {
        this.lock = lock;
        name = handler.sendIdent();
        endpoint = handler.sendSpec();
        sender = handler.sendIdent().getBytes(StandardCharsets.US_ASCII);
        terms = Terms.of(handler);
        ledger = new Ledger(handler.limits(), handler.policy(), counters);
        overseer = new Overseer(this, lock, ledger);
        workforce = new Workforce(this, lock, ledger);
        this.counters = counters;
    }

    /**
     * Goes on with what another configuration says of the same handler: with its header form, limits and policy, which hold at
     * once for all that waits or is with workers. Its names stay: workers have subscribed to them.
     */
    public void adopt(Target.Handler handler) {
        Terms next = Terms.of(handler);
        lock.lock();
        try {
            terms = next;
            ledger.adopt(next.limits(), next.policy());
        } finally {
            lock.unlock();
        }
        dispatchQueued();
    }

    /** For logs: the handler's sender id. */
    public String name() {
        return name;
    }

    /** Where its workers take requests, as configured. */
    public String endpoint() {
        return endpoint;
    }

    /** The handler's timeouts and bounds. */
    public HandlerLimits limits() {
        return terms.limits();
    }

    /** What becomes of requests when workers are lost or missing. */
    public HandlerPolicy policy() {
        return terms.policy();
    }

    /** What an operator sees and does of it. */
    public Overseer overseer() {
        return overseer;
    }

    /** The coming and going of its workers. */
    Workforce workforce() {
        return workforce;
    }

    HeaderFormat format() {
        return terms.format();
    }

    byte[] sender() {
        return sender;
    }

    /** Where what happens to its requests is counted. */
    public Counters counters() {
        return counters;
    }

    int affinity(RequestHead head) {
        return ledger.affinity(head);
    }

    /**
     * Gives the exchange to a worker, or lets it wait, or refuses it. One that has been with a worker before goes first, and
     * is never refused.
     *
     * @param now as {@link System#nanoTime()}
     */
    public Offer offer(Exchange exchange, long now) {
        Worker worker;
        lock.lock();
        try {
            exchange.offeredNanos = now;
            boolean first = exchange.tries == 1;
            worker = first ? ledger.free(exchange, now) : ledger.choose(exchange, now);
            if (worker != null) {
                ledger.hand(exchange, worker, 0, now);
            } else if (!first) {
                ledger.awaitFirst(exchange);
                return Offer.TAKEN;
            } else if (!ledger.mayWait()) {
                return Offer.EMPTY;
            } else {
                return ledger.await(exchange) ? Offer.TAKEN : Offer.FULL;
            }
        } finally {
            lock.unlock();
        }
        worker.send(exchange);
        return Offer.TAKEN;
    }

    /**
     * Gives a message to a worker, or lets it wait, or refuses it. It takes no place of a request's: one that goes to a certain
     * worker waits only until that can be written to. Whoever posts the next one only when this has got there keeps their order.
     *
     * @param now as {@link System#nanoTime()}
     */
    public Post post(Exchange message, long now) {
        Worker worker;
        lock.lock();
        try {
            message.offeredNanos = now;
            Worker only = message.destination;
            if (only != null && (only.draining || !ledger.workers().contains(only))) {
                return Post.GONE;
            }
            worker = only == null ? ledger.free(message, now) : only.takesAtOnce() ? only : null;
            if (worker != null) {
                ledger.hand(message, worker, 0, now);
            } else if (only == null && !ledger.mayWait()) {
                return Post.EMPTY;
            } else {
                return ledger.await(message) ? Post.WAITS : Post.FULL;
            }
        } finally {
            lock.unlock();
        }
        counters.increment(Counter.MESSAGES);
        worker.send(message);
        return Post.SENT;
    }

    /** The worker that had just been given a message takes nothing any more. On that worker's loop. */
    void bounced(Exchange message) {
        Post again = message.destination == null ? post(message, System.nanoTime()) : Post.GONE;
        if (again != Post.SENT && again != Post.WAITS) {
            counters.increment(Counter.MESSAGES_LOST);
            tellLost(message);
        }
    }

    static void tellLost(Exchange exchange) {
        Client client = exchange.client;
        client.context().loop().execute(() -> client.onWorkerLost(exchange));
    }

    /**
     * Bytes of the exchange's answer have come.
     *
     * @param ended whether that was the last of it; otherwise it is to be said again, with true, when it is
     */
    public void answered(Exchange exchange, boolean ended) {
        boolean pressed;
        lock.lock();
        try {
            pressed = ledger.answered(exchange, ended);
        } finally {
            lock.unlock();
        }
        if (pressed) {
            dispatchQueued();
        }
    }

    /**
     * Nobody waits for the exchange any more.
     *
     * @param late true when its worker let it time out
     * @return whether a worker that knows its id must be told that nobody is there any more
     */
    public boolean giveUp(Exchange exchange, boolean late) {
        boolean known;
        lock.lock();
        try {
            known = ledger.giveUp(exchange, late);
        } finally {
            lock.unlock();
        }
        dispatchQueued();
        return known;
    }

    /**
     * Tells a worker that a client connection has ended: the managed one that had the exchange, for no other may answer it; of
     * classic ones another, if that is gone or does not read.
     */
    public void disconnected(int connectionId, @Nullable Exchange lastExchange) {
        departed(connectionId, lastExchange == null ? null : lastExchange.worker());
    }

    /**
     * Tells a worker that a client connection has ended.
     *
     * @param asked the one to tell, if it is there and reads; null for any. Of a managed one that is gone nobody else knows
     */
    public void departed(int connectionId, @Nullable Worker asked) {
        Worker chosen;
        lock.lock();
        try {
            if (asked != null && asked.isManaged() && !ledger.workers().contains(asked)) {
                return;
            }
            chosen = asked != null && ledger.workers().contains(asked) && asked.peer.isWritable()
                    ? asked
                    : ledger.workers().anyWritable();
            if (chosen == null) {
                ledger.notices().keep(connectionId);
                return;
            }
        } finally {
            lock.unlock();
        }
        counters.increment(Counter.NOTICES);
        chosen.sendDisconnect(connectionId);
    }

    /** Whether any worker is connected. */
    public boolean hasWorkers() {
        lock.lock();
        try {
            return !ledger.workers().isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Requests that wait. */
    public int queued() {
        lock.lock();
        try {
            return ledger.queued();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Until when a request or message may wait for a worker, as {@link System#nanoTime()}: its time counts from when it was
     * offered, or from the end of the last pause. Any thread, without waiting.
     */
    public long waitsUntil(long offeredNanos) {
        return ledger.pause().since(offeredNanos)
                + terms.limits().queueTimeout().toNanos();
    }

    /** After how many seconds one more request would find a place with a worker, by the pace of late; 1 to 60. */
    public int retryAfterSeconds() {
        lock.lock();
        try {
            return ledger.retryAfterSeconds();
        } finally {
            lock.unlock();
        }
    }

    /** What can be said of it now. */
    public PoolFigures figures() {
        long now = System.nanoTime();
        lock.lock();
        try {
            return ledger.figures(now);
        } finally {
            lock.unlock();
        }
    }

    /** To be called some times a second: notices where nothing moves, and ends what has been paused for long enough. */
    public void tick(long now) {
        lock.lock();
        try {
            if (!ledger.tick(now)) {
                return;
            }
        } finally {
            lock.unlock();
        }
        dispatchQueued();
    }

    /** Gives waiting exchanges to workers with room, oldest first. */
    void dispatchQueued() {
        while (true) {
            Exchange exchange;
            Worker worker;
            lock.lock();
            try {
                exchange = ledger.queued() == 0 ? null : ledger.handNext(System.nanoTime());
                if (exchange == null) {
                    return;
                }
                worker = Ledger.holder(exchange);
            } finally {
                lock.unlock();
            }
            send(exchange, worker);
        }
    }

    /** Sends what the worker has been given. */
    void send(Exchange exchange, Worker worker) {
        worker.send(exchange);
        if (exchange.isMessage) {
            counters.increment(Counter.MESSAGES);
            Client client = exchange.client;
            client.context().loop().execute(() -> client.onTaken(exchange));
        }
    }
}
