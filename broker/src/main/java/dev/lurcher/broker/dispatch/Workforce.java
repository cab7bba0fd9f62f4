package dev.lurcher.broker.dispatch;

import dev.lurcher.broker.telemetry.Counter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The workers' side of one pool: they come, take bytes again after a while in which they did not, and go. One that goes gives
 * what it has not answered back to its clients.
 * <p>Thread: any where nothing else is said; as for the pool itself, the lock is held for looking and choosing only.
 */
final class Workforce {
    private final HandlerPool pool;
    private final ReentrantLock lock;
    private final Ledger ledger;

    Workforce(HandlerPool pool, ReentrantLock lock, Ledger ledger) {
        this.pool = pool;
        this.lock = lock;
        this.ledger = ledger;
    }

    /** The worker takes requests from now on. */
    void join(Worker worker) {
        lock.lock();
        try {
            ledger.workers().add(worker);
        } finally {
            lock.unlock();
        }
        sendNotices(worker);
        pool.dispatchQueued();
    }

    /** The worker gets nothing new from now on; a managed one is told when that is so. On its loop. */
    void drain(Worker worker) {
        List<Exchange> lost = new ArrayList<>();
        lock.lock();
        try {
            worker.draining = true;
            ledger.takeBack(worker, lost);
        } finally {
            lock.unlock();
        }
        lost.forEach(HandlerPool::tellLost);
        worker.close();
        if (worker.isManaged()) {
            worker.sendDrain();
        }
        // What waited for it by affinity belongs to others now.
        pool.dispatchQueued();
    }

    /**
     * The worker is gone: what it has not answered to the end goes back to its clients, and what was never sent to it back
     * into the queue. On its loop; does nothing when that was said before.
     */
    void leave(Worker worker) {
        List<Exchange> lost = new ArrayList<>();
        lock.lock();
        try {
            if (!ledger.workers().remove(worker)) {
                return;
            }
            ledger.takeBack(worker, lost);
            ledger.abandon(worker, lost);
        } finally {
            lock.unlock();
        }
        worker.close();
        lost.forEach(HandlerPool::tellLost);
        pool.dispatchQueued();
    }

    /** A worker can take bytes again. */
    void onWritable(Worker worker) {
        worker.onWritable();
        sendNotices(worker);
        sendWaiting(worker);
        pool.dispatchQueued();
    }

    /** A late answer came from a worker that had let its exchange time out. */
    void heardFrom(Worker worker) {
        lock.lock();
        try {
            worker.heardFrom();
        } finally {
            lock.unlock();
        }
        pool.dispatchQueued();
    }

    /** Gives waiting messages to the only worker that may have them, as long as it can be written to. */
    private void sendWaiting(Worker worker) {
        while (true) {
            Exchange message;
            lock.lock();
            try {
                message = ledger.handNextOf(worker, System.nanoTime());
                if (message == null) {
                    return;
                }
            } finally {
                lock.unlock();
            }
            pool.send(message, worker);
        }
    }

    /** Tells it of clients that left while nobody could be told. */
    private void sendNotices(Worker worker) {
        while (worker.peer.isWritable()) {
            int id;
            lock.lock();
            try {
                if (ledger.notices().isEmpty()) {
                    return;
                }
                id = ledger.notices().take();
            } finally {
                lock.unlock();
            }
            pool.counters().increment(Counter.NOTICES);
            worker.sendDisconnect(id);
        }
    }
}
