package dev.lurcher.broker.dispatch;

import dev.lurcher.broker.config.HandlerLimits;
import dev.lurcher.broker.config.HandlerPolicy;
import dev.lurcher.broker.config.HandlerPolicy.OnEmpty;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.telemetry.Counters;
import dev.lurcher.protocol.RequestHead;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who holds what in a pool, and what waits there. Decides and keeps book; sends nothing and calls nobody.
 * <p>Thread: guarded by the pool's lock.
 */
final class Ledger {
    private static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int MOST_RETRY_SECONDS = 60;

    private final Counters counters;
    private final WorkerSet workers = new WorkerSet();
    private final ExchangeList queue = new ExchangeList();
    private final Notices notices;
    private final Pace pace = new Pace(System.nanoTime());
    private HandlerLimits limits;
    private HandlerPolicy policy;

    /** Read without the lock, too. */
    private volatile Affinity affinity;

    private final Pause pause = new Pause();
    private long stalledSince = System.nanoTime();

    /** Creates the book of a pool without workers. */
    Ledger(HandlerLimits limits, HandlerPolicy policy, Counters counters) {
        this.limits = limits;
        this.policy = policy;
        this.counters = counters;
        affinity = new Affinity(policy.affinity());
        workers.adopt(limits);
        notices = new Notices(counters);
    }

    /** Goes on with other limits and another policy. */
    void adopt(HandlerLimits newLimits, HandlerPolicy newPolicy) {
        if (!newPolicy.affinity().equals(policy.affinity())) {
            affinity = new Affinity(newPolicy.affinity());
        }
        limits = newLimits;
        policy = newPolicy;
        workers.adopt(newLimits);
    }

    /** As {@link Exchange#affinity}. Any thread. */
    int affinity(RequestHead head) {
        return affinity.hash(head);
    }

    WorkerSet workers() {
        return workers;
    }

    Notices notices() {
        return notices;
    }

    Pause pause() {
        return pause;
    }

    /** Exchanges that wait, but for those that wait for a certain worker. */
    int queued() {
        return queue.size();
    }

    /** The first of them. */
    @Nullable
    Exchange firstQueued() {
        return queue.first();
    }

    // ---- to workers

    /** The worker that takes a new exchange at once, or null; those that wait go first. */
    @Nullable
    Worker free(Exchange exchange, long now) {
        return !affinity.isAny() && queued() > 0 ? null : choose(exchange, now);
    }

    /** The worker that takes an exchange now, or null. */
    @Nullable
    Worker choose(Exchange exchange, long now) {
        if (pause.isOn()) {
            return null;
        }
        return affinity.isAny() && exchange.affinity != 0
                ? workers.destined(exchange.affinity, now)
                : workers.roomiest(now);
    }

    /** Whether exchanges may wait: for workers that are there, or because the handler says so, or the operator. */
    boolean mayWait() {
        return !workers.isEmpty() || pause.isOn() || policy.onEmpty() instanceof OnEmpty.Wait;
    }

    /** Puts an exchange where it waits; false when there is no room. */
    boolean await(Exchange exchange) {
        ExchangeList list = placeOf(exchange);
        if (list.size() >= limits.queueLimit() || list.bytes() + exchange.weight() > limits.queueBytes()) {
            return false;
        }
        list.addLast(exchange);
        exchange.state = Exchange.State.QUEUED;
        return true;
    }

    /** Puts an exchange before all that wait, whatever the bounds. */
    void awaitFirst(Exchange exchange) {
        queue.addFirst(exchange);
        exchange.state = Exchange.State.QUEUED;
    }

    private ExchangeList placeOf(Exchange queued) {
        return queued.destination == null ? queue : queued.destination.waiting;
    }

    /** The worker has an exchange that waited for so long. */
    void hand(Exchange exchange, Worker worker, long waitedNanos, long now) {
        pace.onHeld(waitedNanos);
        if (exchange.isMessage) {
            worker.take(exchange, now);
        } else {
            worker.hold(exchange, now);
        }
    }

    /** Gives the first of those that wait and can be given away to its worker; null when there is none. */
    @Nullable
    Exchange handNext(long now) {
        Exchange exchange = pause.isOn() ? null : queue.first();
        while (exchange != null) {
            Worker worker = choose(exchange, now);
            if (worker != null) {
                queue.remove(exchange);
                hand(exchange, worker, now - exchange.offeredNanos, now);
                return exchange;
            }
            // Its worker is busy; those behind it may belong to others.
            exchange = affinity.isAny() ? exchange.next : null;
        }
        return null;
    }

    /** Gives the worker the first message that waits for it and no other; null when there is none, or it does not read. */
    @Nullable
    Exchange handNextOf(Worker worker, long now) {
        Exchange message = worker.waiting.first();
        if (message == null || !worker.peer.isWritable()) {
            return null;
        }
        worker.waiting.remove(message);
        hand(message, worker, now - message.offeredNanos, now);
        return message;
    }

    // ---- and back

    /**
     * Bytes of an answer have come.
     *
     * @return whether others may wait for the place that this has made
     */
    boolean answered(Exchange exchange, boolean ended) {
        boolean pressed = queued() > 0 && !pause.isOn();
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
        return pressed;
    }

    /** Nobody waits for an exchange any more; returns whether a worker knows its id. */
    boolean giveUp(Exchange exchange, boolean late) {
        Exchange.State state = exchange.state;
        exchange.state = Exchange.State.ENDED;
        boolean known = state == Exchange.State.HELD || state == Exchange.State.ANSWERED;
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
        return known;
    }

    /** Takes an exchange out of the queue; its client will be told. */
    void drop(Exchange queued) {
        queue.remove(queued);
        queued.state = Exchange.State.ENDED;
    }

    /** What was not sent to a worker that takes no more waits again, first; messages for it alone are added to the lost. */
    void takeBack(Worker worker, List<Exchange> lost) {
        Exchange each = worker.held.last();
        while (each != null) {
            Exchange before = each.previous;
            if (!each.isSent) {
                worker.held.remove(each);
                worker.unanswered--;
                each.worker = null;
                each.heldNanos = 0;
                awaitFirst(each);
            }
            each = before;
        }
        for (each = worker.waiting.first(); each != null; each = worker.waiting.first()) {
            worker.waiting.remove(each);
            each.state = Exchange.State.ENDED;
            counters.increment(Counter.MESSAGES_LOST);
            lost.add(each);
        }
    }

    /** What a worker that is gone had not answered to the end is added to the lost. */
    void abandon(Worker worker, List<Exchange> lost) {
        for (Exchange each = worker.held.first(); each != null; each = worker.held.first()) {
            worker.held.remove(each);
            each.isAbandoned = true;
            if (each.state == Exchange.State.HELD) {
                each.state = Exchange.State.LOST;
            }
            lost.add(each);
        }
    }

    /** The worker that has an exchange. */
    static Worker holder(Exchange exchange) {
        Worker worker = exchange.worker;
        if (worker == null) {
            throw new IllegalStateException("an exchange in a worker's hands has no worker");
        }
        return worker;
    }

    // ---- figures

    /** As {@link HandlerPool#retryAfterSeconds}. */
    int retryAfterSeconds() {
        double perSecond = pace.perSecond(System.nanoTime());
        double wait = perSecond == 0 ? limits.queueTimeout().toSeconds() : queued() / perSecond;
        return (int) Math.max(1, Math.min(MOST_RETRY_SECONDS, Math.ceil(wait)));
    }

    /** As {@link HandlerPool#figures}. */
    PoolFigures figures(long now) {
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
                pace.waitsBefore(),
                TimeUnit.NANOSECONDS.toMillis(pause.leftNanos(now)),
                each);
    }

    /** To be called some times a second; returns whether what waits may be given away now. */
    boolean tick(long now) {
        pace.tick(now);
        boolean released = pause.isOver(now);
        if (released) {
            pause.end(now);
        }
        return isStalled(now) || released;
    }

    /** Whether exchanges wait and nothing has been answered for a second, since that was last so; the workers hear of it. */
    private boolean isStalled(long now) {
        long since = Math.max(stalledSince, pace.lastAnswerNanos());
        if (queue.isEmpty() || pause.isOn()) {
            stalledSince = now;
            return false;
        } else if (now - since < STALL_NANOS) {
            return false;
        }
        stalledSince = now;
        for (Worker worker : workers.all()) {
            worker.prefetch.onStall();
        }
        return true;
    }
}
