package dev.lurcher.broker.dispatch;

import dev.lurcher.broker.config.HandlerLimits;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.telemetry.Counters;
import dev.lurcher.protocol.HeaderFormat;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The workers of one handler and the requests that wait for them.
 * <p>A request goes at once to the worker that holds the fewest unanswered ones, in turn among equals, never past its
 * {@code prefetch}; else it waits in a queue that is bounded in requests and bytes. What waits here can still go to a worker
 * that joins later, or be dropped when its client leaves.
 * <p>Thread: any event loop; the lock guards choice and queue and is never held while sending.
 */
public final class HandlerPool {
    /** What became of an offered exchange. */
    public enum Offer {
        /** A worker has it. */
        HELD,
        /** It waits for a worker. */
        QUEUED,
        /** There is no room for it; it was not taken. */
        FULL
    }

    /** How many disconnect notices are kept while no worker can take them. */
    private static final int MAX_NOTICES = 1024;

    private final String name;
    private final HeaderFormat format;
    private final byte[] sender;
    private final HandlerLimits limits;
    private final Counters counters;
    private final long timeoutNanos;

    private final ReentrantLock lock = new ReentrantLock();
    private final List<Worker> workers = new ArrayList<>();
    private final ArrayDeque<Integer> notices = new ArrayDeque<>();
    private int turn;
    private @Nullable Exchange first;
    private @Nullable Exchange last;
    private int queued;
    private long queuedBytes;

    /**
     * Creates a pool without workers.
     *
     * @param name   for logs: the handler's sender id
     * @param sender first word of every message, ASCII
     */
    public HandlerPool(String name, HeaderFormat format, byte[] sender, HandlerLimits limits, Counters counters) {
        this.name = name;
        this.format = format;
        this.sender = sender.clone();
        this.limits = limits;
        this.counters = counters;
        this.timeoutNanos = limits.timeout().toNanos();
    }

    /** For logs: the handler's sender id. */
    public String name() {
        return name;
    }

    /** The handler's timeouts and bounds. */
    public HandlerLimits limits() {
        return limits;
    }

    HeaderFormat format() {
        return format;
    }

    byte[] sender() {
        return sender;
    }

    Counters counters() {
        return counters;
    }

    /** Gives the exchange to a worker, or lets it wait, or refuses it. */
    public Offer offer(Exchange exchange) {
        Worker worker;
        lock.lock();
        try {
            worker = first == null ? roomiest(exchange.offeredNanos) : null;
            if (worker == null) {
                if (queued >= limits.queueLimit() || queuedBytes + exchange.weight() > limits.queueBytes()) {
                    return Offer.FULL;
                }
                enqueue(exchange);
                return Offer.QUEUED;
            }
            hold(worker, exchange, exchange.offeredNanos);
        } finally {
            lock.unlock();
        }
        worker.send(exchange);
        return Offer.HELD;
    }

    /** The exchange's answer has begun: its worker has room for another one. Does nothing when that was said before. */
    public void answered(Exchange exchange) {
        lock.lock();
        try {
            if (exchange.state != Exchange.State.HELD) {
                return;
            }
            exchange.state = Exchange.State.ANSWERED;
            Worker worker = held(exchange);
            worker.unanswered--;
            worker.heardFrom();
            if (first == null) {
                return;
            }
        } finally {
            lock.unlock();
        }
        dispatchQueued();
    }

    /**
     * Nobody waits for the exchange any more.
     *
     * @param late true when its worker let it time out
     * @return the id's worker must be told that the client has gone
     */
    public boolean giveUp(Exchange exchange, boolean late, long now) {
        lock.lock();
        try {
            switch (exchange.state) {
                case QUEUED -> {
                    unlink(exchange);
                    exchange.state = Exchange.State.GIVEN_UP;
                    return false;
                }
                case HELD -> {
                    exchange.state = Exchange.State.GIVEN_UP;
                    if (late) {
                        held(exchange).timedOut(now);
                    } else {
                        held(exchange).unanswered--;
                    }
                }
                case ANSWERED -> {
                    return true;
                }
                case NEW, GIVEN_UP -> {
                    return false;
                }
            }
        } finally {
            lock.unlock();
        }
        dispatchQueued();
        return true;
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

    /** Tells a worker, the one that had the exchange if it is still there, that a client connection has ended. */
    public void disconnected(int connectionId, @Nullable Exchange lastExchange) {
        Worker chosen;
        lock.lock();
        try {
            Worker asked = lastExchange == null ? null : lastExchange.worker;
            chosen = asked != null && workers.contains(asked) && asked.peer.isWritable() ? asked : anyWritable();
            if (chosen == null) {
                if (notices.size() == MAX_NOTICES) {
                    notices.removeFirst();
                    counters.increment(Counter.NOTICES_DROPPED);
                }
                notices.addLast(connectionId);
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
            return queued;
        } finally {
            lock.unlock();
        }
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

    void leave(Worker worker) {
        lock.lock();
        try {
            workers.remove(worker);
        } finally {
            lock.unlock();
        }
    }

    /** A worker can take bytes again. */
    void onWritable(Worker worker) {
        sendNotices(worker);
        dispatchQueued();
    }

    /** Gives waiting exchanges to workers with room, oldest first. */
    private void dispatchQueued() {
        while (true) {
            Exchange exchange;
            Worker worker;
            lock.lock();
            try {
                exchange = first;
                if (exchange == null) {
                    return;
                }
                long now = System.nanoTime();
                worker = roomiest(now);
                if (worker == null) {
                    return;
                }
                unlink(exchange);
                hold(worker, exchange, now);
            } finally {
                lock.unlock();
            }
            worker.send(exchange);
        }
    }

    private void sendNotices(Worker worker) {
        while (worker.peer.isWritable()) {
            Integer id;
            lock.lock();
            try {
                id = notices.pollFirst();
            } finally {
                lock.unlock();
            }
            if (id == null) {
                return;
            }
            counters.increment(Counter.NOTICES);
            worker.sendDisconnect(id);
        }
    }

    // Everything below runs under the lock.

    private @Nullable Worker roomiest(long now) {
        int count = workers.size();
        Worker best = null;
        int bestIndex = 0;
        int index = turn;
        for (int i = 0; i < count; i++, index++) {
            if (index >= count) {
                index = 0;
            }
            Worker worker = workers.get(index);
            if ((best == null || worker.load() < best.load()) && worker.hasRoom(limits.prefetch(), timeoutNanos, now)) {
                best = worker;
                bestIndex = index;
            }
        }
        turn = bestIndex + 1 < count ? bestIndex + 1 : 0;
        return best;
    }

    private @Nullable Worker anyWritable() {
        for (Worker worker : workers) {
            if (worker.peer.isWritable()) {
                return worker;
            }
        }
        return null;
    }

    private static void hold(Worker worker, Exchange exchange, long now) {
        worker.unanswered++;
        exchange.worker = worker;
        exchange.state = Exchange.State.HELD;
        exchange.heldNanos = now;
    }

    private static Worker held(Exchange exchange) {
        Worker worker = exchange.worker;
        if (worker == null) {
            throw new IllegalStateException("an exchange in state HELD has no worker");
        }
        return worker;
    }

    private void enqueue(Exchange exchange) {
        exchange.state = Exchange.State.QUEUED;
        exchange.previous = last;
        if (last == null) {
            first = exchange;
        } else {
            last.next = exchange;
        }
        last = exchange;
        queued++;
        queuedBytes += exchange.weight();
    }

    private void unlink(Exchange exchange) {
        if (exchange.previous == null) {
            first = exchange.next;
        } else {
            exchange.previous.next = exchange.next;
        }
        if (exchange.next == null) {
            last = exchange.previous;
        } else {
            exchange.next.previous = exchange.previous;
        }
        exchange.previous = null;
        exchange.next = null;
        queued--;
        queuedBytes -= exchange.weight();
    }
}
