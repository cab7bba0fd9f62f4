package dev.lurcher.broker.dispatch;

import dev.lurcher.protocol.RequestHead;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an operator sees and does of one pool: the requests that wait, whether they are held back, and the workers.
 * <p>Thread: any; as for the pool itself, the lock is held for looking and choosing only.
 */
public final class Overseer {
    private static final Logger LOG = LoggerFactory.getLogger(Overseer.class);

    private final HandlerPool pool;
    private final ReentrantLock lock;
    private final Ledger ledger;

    Overseer(HandlerPool pool, ReentrantLock lock, Ledger ledger) {
        this.pool = pool;
        this.lock = lock;
        this.ledger = ledger;
    }

    /**
     * A request or message that waits for a worker.
     *
     * @param connectionId by which workers will know it
     * @param tries how many workers have had it, the next one included
     */
    public record Waiting(int connectionId, long waitedMicros, long contentBytes, int tries, RequestHead head) {}

    /** The first of those that wait, the next to be given away first. */
    public List<Waiting> peek(int most) {
        List<Exchange> first = new ArrayList<>();
        lock.lock();
        try {
            for (Exchange each = ledger.firstQueued(); each != null && first.size() < most; each = each.next) {
                first.add(each);
            }
        } finally {
            lock.unlock();
        }
        long now = System.nanoTime();
        return first.stream()
                .map(each -> new Waiting(
                        each.connectionId,
                        TimeUnit.NANOSECONDS.toMicros(now - each.offeredNanos),
                        each.weight(),
                        each.tries,
                        each.head))
                .toList();
    }

    /**
     * Takes requests out of the queue that have waited for so long; each client hears of it, and answers 503. Messages stay.
     *
     * @return how many
     */
    public int drop(Duration older) {
        List<Exchange> dropped = new ArrayList<>();
        long now = System.nanoTime();
        lock.lock();
        try {
            Exchange each = ledger.firstQueued();
            while (each != null) {
                Exchange next = each.next;
                if (!each.isMessage && now - each.offeredNanos >= older.toNanos()) {
                    ledger.drop(each);
                    dropped.add(each);
                }
                each = next;
            }
        } finally {
            lock.unlock();
        }
        for (Exchange each : dropped) {
            Client client = each.client;
            client.context().loop().execute(() -> client.onDropped(each));
        }
        return dropped.size();
    }

    /**
     * Holds back what comes and what waits; what workers have goes on, and so do messages for a certain worker. The time for which
     * a request may wait counts anew afterwards.
     *
     * @param most after which it ends by itself, a {@link HandlerPool#tick} later at most
     */
    public void pause(Duration most) {
        lock.lock();
        try {
            ledger.pause().begin(System.nanoTime() + most.toNanos());
        } finally {
            lock.unlock();
        }
    }

    /** Gives what is held back to the workers that are there now; false where nothing is. */
    public boolean resume() {
        lock.lock();
        try {
            if (!ledger.pause().isOn()) {
                return false;
            }
            ledger.pause().end(System.nanoTime());
        } finally {
            lock.unlock();
        }
        pool.dispatchQueued();
        return true;
    }

    /**
     * Asks workers to go once they have answered what they hold; they get nothing new from now on.
     *
     * @return those that were asked
     */
    public List<PoolFigures.OfWorker> drain(Predicate<PoolFigures.OfWorker> which) {
        List<Worker> asked = chosen(which);
        for (Worker worker : asked) {
            LOG.info("handler {}: worker {} is drained by the operator", pool.name(), worker.name());
            worker.peer.loop().execute(() -> pool.workforce().drain(worker));
        }
        return figures(asked);
    }

    /**
     * Ends the connections of workers: what they hold is treated as a lost worker's.
     *
     * @return those that it were
     */
    public List<PoolFigures.OfWorker> kick(Predicate<PoolFigures.OfWorker> which) {
        List<Worker> kicked = chosen(which);
        List<PoolFigures.OfWorker> figures = figures(kicked);
        kicked.forEach(worker -> worker.peer.close("the operator has disconnected it"));
        return figures;
    }

    /** Those that get nothing new from now on. */
    private List<Worker> chosen(Predicate<PoolFigures.OfWorker> which) {
        List<Worker> chosen = new ArrayList<>();
        lock.lock();
        try {
            for (Worker worker : ledger.workers().all()) {
                if (which.test(worker.figures())) {
                    worker.draining = true;
                    chosen.add(worker);
                }
            }
        } finally {
            lock.unlock();
        }
        return chosen;
    }

    private List<PoolFigures.OfWorker> figures(List<Worker> workers) {
        lock.lock();
        try {
            return workers.stream().map(Worker::figures).toList();
        } finally {
            lock.unlock();
        }
    }
}
