package dev.lurcher.broker.dispatch;

import dev.lurcher.broker.config.HandlerLimits;
import dev.lurcher.broker.config.HandlerPolicy;
import dev.lurcher.broker.config.HandlerPolicy.OnEmpty;
import dev.lurcher.broker.config.Target;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.telemetry.Counters;
import dev.lurcher.protocol.HeaderFormat;
import dev.lurcher.protocol.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The workers of one handler and the requests that wait for them.
 * <p>A request goes at once to the worker that holds the fewest unanswered ones, in turn among equals, never past what it may
 * hold; else it waits in a queue that is bounded in requests and bytes. What waits here can still go to a worker that joins
 * later, or be dropped when its client leaves. A worker that leaves gives what it has not answered back to its clients.
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

    private static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int MOST_RETRY_SECONDS = 60;

    private final String name;
    private final HeaderFormat format;
    private final byte[] sender;
    private final HandlerLimits limits;
    private final HandlerPolicy policy;
    private final Affinity affinity;
    private final Counters counters;

    private final ReentrantLock lock;
    private final WorkerSet workers;
    private final ExchangeList queue = new ExchangeList();
    private final Notices notices;
    private final Pace pace = new Pace(System.nanoTime());
    private long stalledSince = System.nanoTime();

    /** Creates the pool of a handler, without workers. */
    public HandlerPool(Target.Handler handler, Counters counters) {
        this(handler, counters, new ReentrantLock());
    }

    /** @param lock of a test that wants to know when it is taken */
    HandlerPool(Target.Handler handler, Counters counters, ReentrantLock lock) {
        this.lock = lock;
        name = handler.sendIdent();
        format = handler.protocol();
        sender = handler.sendIdent().getBytes(StandardCharsets.US_ASCII);
        limits = handler.limits();
        policy = handler.policy();
        affinity = new Affinity(policy.affinity());
        workers = new WorkerSet(limits.timeout().toNanos());
        notices = new Notices(counters);
        this.counters = counters;
    }

    /** For logs: the handler's sender id. */
    public String name() {
        return name;
    }

    /** The handler's timeouts and bounds. */
    public HandlerLimits limits() {
        return limits;
    }

    /** What becomes of requests when workers are lost or missing. */
    public HandlerPolicy policy() {
        return policy;
    }

    HeaderFormat format() {
        return format;
    }

    byte[] sender() {
        return sender;
    }

    /** Where what happens to its requests is counted. */
    public Counters counters() {
        return counters;
    }

    int affinity(RequestHead head) {
        return affinity.hash(head);
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
            worker = first ? free(exchange, now) : choose(exchange, now);
            if (worker == null) {
                if (!first) {
                    queue.addFirst(exchange);
                    exchange.state = Exchange.State.QUEUED;
                    return Offer.TAKEN;
                } else if (workers.isEmpty() && !(policy.onEmpty() instanceof OnEmpty.Wait)) {
                    return Offer.EMPTY;
                }
                return await(exchange) ? Offer.TAKEN : Offer.FULL;
            }
            pace.onHeld(0);
            worker.hold(exchange, now);
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
            if (only != null && (only.draining || !workers.contains(only))) {
                return Post.GONE;
            }
            worker = only == null ? free(message, now) : only.waiting.isEmpty() && only.peer.isWritable() ? only : null;
            if (worker == null) {
                if (only == null && workers.isEmpty() && !(policy.onEmpty() instanceof OnEmpty.Wait)) {
                    return Post.EMPTY;
                }
                return await(message) ? Post.WAITS : Post.FULL;
            }
            pace.onHeld(0);
            worker.take(message, now);
        } finally {
            lock.unlock();
        }
        counters.increment(Counter.MESSAGES);
        worker.send(message);
        return Post.SENT;
    }

    /** The worker that takes a new exchange at once; those that wait go first. */
    private @Nullable Worker free(Exchange exchange, long now) {
        return !affinity.isAny() && !queue.isEmpty() ? null : choose(exchange, now);
    }

    /** Puts an exchange where it waits; false when there is no room. */
    private boolean await(Exchange exchange) {
        ExchangeList list = placeOf(exchange);
        if (list.size() >= limits.queueLimit() || list.bytes() + exchange.weight() > limits.queueBytes()) {
            return false;
        }
        list.addLast(exchange);
        exchange.state = Exchange.State.QUEUED;
        return true;
    }

    private ExchangeList placeOf(Exchange queued) {
        return queued.destination == null ? queue : queued.destination.waiting;
    }

    /** The worker that had just been given a message takes nothing any more. On that worker's loop. */
    void bounced(Exchange message) {
        Post again = message.destination == null ? post(message, System.nanoTime()) : Post.GONE;
        if (again != Post.SENT && again != Post.WAITS) {
            counters.increment(Counter.MESSAGES_LOST);
            tellLost(message);
        }
    }

    private static void tellLost(Exchange exchange) {
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
            pressed = !queue.isEmpty();
            Worker worker = exchange.worker;
            switch (exchange.state) {
                case HELD -> {
                    long now = System.nanoTime();
                    pace.onAnswer(now - exchange.heldNanos, now);
                    holder(exchange).answers(exchange, pressed, now);
                    exchange.state = Exchange.State.ANSWERED;
                }
                case LOST -> exchange.state = Exchange.State.ANSWERED;
                case NEW, QUEUED, ANSWERED, ENDED -> pressed = false;
            }
            if (ended && exchange.state == Exchange.State.ANSWERED) {
                exchange.state = Exchange.State.ENDED;
                if (worker != null && !exchange.isAbandoned) {
                    worker.held.remove(exchange);
                }
            }
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
            Exchange.State state = exchange.state;
            exchange.state = Exchange.State.ENDED;
            known = state == Exchange.State.HELD || state == Exchange.State.ANSWERED;
            if (state == Exchange.State.QUEUED) {
                placeOf(exchange).remove(exchange);
            } else if (known && !exchange.isAbandoned) {
                Worker worker = holder(exchange);
                worker.held.remove(exchange);
                if (state == Exchange.State.HELD && late) {
                    worker.timedOut(System.nanoTime());
                } else if (state == Exchange.State.HELD) {
                    worker.unanswered--;
                }
            }
        } finally {
            lock.unlock();
        }
        dispatchQueued();
        return known;
    }

    /** A late answer came from a worker that had let its exchange time out. */
    void heardFrom(Worker worker) {
        lock.lock();
        try {
            worker.heardFrom();
        } finally {
            lock.unlock();
        }
        dispatchQueued();
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
            if (asked != null && asked.isManaged() && !workers.contains(asked)) {
                return;
            }
            chosen =
                    asked != null && workers.contains(asked) && asked.peer.isWritable() ? asked : workers.anyWritable();
            if (chosen == null) {
                notices.keep(connectionId);
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
            return !workers.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Requests that wait. */
    public int queued() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }

    /** After how many seconds one more request would find a place with a worker, by the pace of late; 1 to 60. */
    public int retryAfterSeconds() {
        lock.lock();
        try {
            double perSecond = pace.perSecond(System.nanoTime());
            double wait = perSecond == 0 ? limits.queueTimeout().toSeconds() : queue.size() / perSecond;
            return (int) Math.max(1, Math.min(MOST_RETRY_SECONDS, Math.ceil(wait)));
        } finally {
            lock.unlock();
        }
    }

    /** What can be said of it now. */
    public PoolFigures figures() {
        long now = System.nanoTime();
        lock.lock();
        try {
            Exchange oldest = queue.first();
            List<PoolFigures.OfWorker> each = new ArrayList<>();
            for (Worker worker : workers.all()) {
                each.add(worker.figures());
            }
            return new PoolFigures(
                    queue.size(),
                    queue.bytes(),
                    oldest == null ? 0 : TimeUnit.NANOSECONDS.toMicros(now - oldest.offeredNanos),
                    pace.perSecond(now),
                    pace.waits(),
                    pace.services(),
                    each);
        } finally {
            lock.unlock();
        }
    }

    /** To be called some times a second: notices where nothing moves. */
    public void tick(long now) {
        lock.lock();
        try {
            long since = Math.max(stalledSince, pace.lastAnswerNanos());
            if (queue.isEmpty()) {
                stalledSince = now;
                return;
            } else if (now - since < STALL_NANOS) {
                return;
            }
            stalledSince = now;
            for (Worker worker : workers.all()) {
                worker.prefetch.onStall();
            }
        } finally {
            lock.unlock();
        }
        dispatchQueued();
    }

    void join(Worker worker) {
        lock.lock();
        try {
            workers.add(worker);
        } finally {
            lock.unlock();
        }
        sendNotices(worker);
        dispatchQueued();
    }

    /**
     * Asks workers to go once they have answered what they hold; they get nothing new from now on.
     *
     * @param workerName as in {@link #figures}
     * @return how many have that name
     */
    public int drain(String workerName) {
        List<Worker> asked = new ArrayList<>();
        lock.lock();
        try {
            for (Worker worker : workers.all()) {
                if (worker.name().equals(workerName)) {
                    worker.draining = true;
                    asked.add(worker);
                }
            }
        } finally {
            lock.unlock();
        }
        for (Worker worker : asked) {
            worker.peer.loop().execute(() -> drain(worker));
        }
        return asked.size();
    }

    /** The worker gets nothing new from now on; a managed one is told when that is so. On its loop. */
    void drain(Worker worker) {
        List<Exchange> lost = new ArrayList<>();
        lock.lock();
        try {
            worker.draining = true;
            takeBack(worker);
            dropWaiting(worker, lost);
        } finally {
            lock.unlock();
        }
        lost.forEach(HandlerPool::tellLost);
        worker.close();
        if (worker.isManaged()) {
            worker.sendDrain();
        }
        // What waited for it by affinity belongs to others now.
        dispatchQueued();
    }

    /**
     * The worker is gone: what it has not answered to the end goes back to its clients, and what was never sent to it back
     * into the queue. On its loop; does nothing when that was said before.
     */
    void leave(Worker worker) {
        List<Exchange> lost = new ArrayList<>();
        lock.lock();
        try {
            if (!workers.remove(worker)) {
                return;
            }
            takeBack(worker);
            dropWaiting(worker, lost);
            Exchange each = worker.held.first();
            while (each != null) {
                worker.held.remove(each);
                each.isAbandoned = true;
                if (each.state == Exchange.State.HELD) {
                    each.state = Exchange.State.LOST;
                }
                lost.add(each);
                each = worker.held.first();
            }
        } finally {
            lock.unlock();
        }
        worker.close();
        lost.forEach(HandlerPool::tellLost);
        dispatchQueued();
    }

    /** Messages for a worker that takes no more reach nobody. Under the lock. */
    private void dropWaiting(Worker worker, List<Exchange> lost) {
        Exchange each = worker.waiting.first();
        while (each != null) {
            worker.waiting.remove(each);
            each.state = Exchange.State.ENDED;
            counters.increment(Counter.MESSAGES_LOST);
            lost.add(each);
            each = worker.waiting.first();
        }
    }

    /** Puts what has not been sent yet back to the front of the queue. Under the lock, on the worker's loop. */
    private void takeBack(Worker worker) {
        Exchange each = worker.held.last();
        while (each != null) {
            Exchange before = each.previous;
            if (!each.isSent) {
                worker.held.remove(each);
                worker.unanswered--;
                each.worker = null;
                each.heldNanos = 0;
                each.state = Exchange.State.QUEUED;
                queue.addFirst(each);
            }
            each = before;
        }
    }

    /** A worker can take bytes again. */
    void onWritable(Worker worker) {
        worker.onWritable();
        sendNotices(worker);
        sendWaiting(worker);
        dispatchQueued();
    }

    /** Gives waiting messages to the only worker that may have them, as long as it can be written to. */
    private void sendWaiting(Worker worker) {
        while (true) {
            Exchange message;
            lock.lock();
            try {
                message = worker.waiting.first();
                if (message == null || !worker.peer.isWritable()) {
                    return;
                }
                worker.waiting.remove(message);
                taken(message, worker, System.nanoTime());
            } finally {
                lock.unlock();
            }
            send(message, worker);
        }
    }

    /** A worker has what had to wait. Under the lock. */
    private void taken(Exchange exchange, Worker worker, long now) {
        pace.onHeld(now - exchange.offeredNanos);
        if (exchange.isMessage) {
            worker.take(exchange, now);
        } else {
            worker.hold(exchange, now);
        }
    }

    private void send(Exchange exchange, Worker worker) {
        worker.send(exchange);
        if (exchange.isMessage) {
            counters.increment(Counter.MESSAGES);
            Client client = exchange.client;
            client.context().loop().execute(() -> client.onTaken(exchange));
        }
    }

    /** Gives waiting exchanges to workers with room, oldest first. */
    private void dispatchQueued() {
        while (true) {
            Exchange exchange;
            Worker worker = null;
            lock.lock();
            try {
                exchange = queue.first();
                if (exchange == null) {
                    return;
                }
                long now = System.nanoTime();
                worker = choose(exchange, now);
                while (worker == null && affinity.isAny() && exchange.next != null) {
                    // Its worker is busy; those behind it may belong to others.
                    exchange = exchange.next;
                    worker = choose(exchange, now);
                }
                if (worker == null) {
                    return;
                }
                queue.remove(exchange);
                taken(exchange, worker, now);
            } finally {
                lock.unlock();
            }
            send(exchange, worker);
        }
    }

    private void sendNotices(Worker worker) {
        while (worker.peer.isWritable()) {
            int id;
            lock.lock();
            try {
                if (notices.isEmpty()) {
                    return;
                }
                id = notices.take();
            } finally {
                lock.unlock();
            }
            counters.increment(Counter.NOTICES);
            worker.sendDisconnect(id);
        }
    }

    private @Nullable Worker choose(Exchange exchange, long now) {
        return affinity.isAny() && exchange.affinity != 0
                ? workers.destined(exchange.affinity, now)
                : workers.roomiest(now);
    }

    private static Worker holder(Exchange exchange) {
        Worker worker = exchange.worker;
        if (worker == null) {
            throw new IllegalStateException("an exchange in a worker's hands has no worker");
        }
        return worker;
    }
}
