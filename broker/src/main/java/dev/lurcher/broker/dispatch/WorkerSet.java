package dev.lurcher.broker.dispatch;

import dev.lurcher.broker.config.HandlerLimits;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The workers of a pool, and the choice among them.
 * <p>Thread: guarded by the pool's lock.
 */
final class WorkerSet {
    private final List<Worker> workers = new ArrayList<>();
    /** After so long a worker that let requests time out is tried again. */
    private long timeoutNanos;

    private int prefetch;
    private int turn;

    /** Takes the handler's limits, for those workers too that are there. */
    void adopt(HandlerLimits limits) {
        timeoutNanos = limits.timeout().toNanos();
        prefetch = limits.prefetch();
        workers.forEach(worker -> worker.adopt(prefetch));
    }

    void add(Worker worker) {
        worker.adopt(prefetch);
        workers.add(worker);
    }

    /** False if it is not there. */
    boolean remove(Worker worker) {
        return workers.remove(worker);
    }

    boolean contains(Worker worker) {
        return workers.contains(worker);
    }

    boolean isEmpty() {
        return workers.isEmpty();
    }

    List<Worker> all() {
        return workers;
    }

    /** The worker with room that holds the fewest, in turn among equals; null when none has room. */
    @Nullable
    Worker roomiest(long now) {
        int count = workers.size();
        Worker best = null;
        int bestIndex = 0;
        int index = turn;
        for (int i = 0; i < count; i++, index++) {
            if (index >= count) {
                index = 0;
            }
            Worker worker = workers.get(index);
            if ((best == null || worker.load() < best.load()) && worker.hasRoom(timeoutNanos, now)) {
                best = worker;
                bestIndex = index;
            }
        }
        turn = bestIndex + 1 < count ? bestIndex + 1 : 0;
        return best;
    }

    /**
     * The worker to which requests with this hash belong, if it has room: another one only once it drains or leaves (each
     * worker has a weight by hash and name, and the heaviest is it, so that others' comings and goings move few requests).
     */
    @Nullable
    Worker destined(int hash, long now) {
        Worker best = null;
        int most = 0;
        for (Worker worker : workers) {
            if (!worker.draining) {
                int weight = mix(hash ^ worker.name().hashCode());
                if (best == null || weight > most) {
                    best = worker;
                    most = weight;
                }
            }
        }
        return best != null && best.hasRoom(timeoutNanos, now) ? best : null;
    }

    @Nullable
    Worker anyWritable() {
        for (Worker worker : workers) {
            if (worker.peer.isWritable()) {
                return worker;
            }
        }
        return null;
    }

    /** Spreads a hash over all 32 bits (the finaliser of MurmurHash3). */
    private static int mix(int hash) {
        int h = hash;
        h = (h ^ (h >>> 16)) * 0x85eb_ca6b;
        h = (h ^ (h >>> 13)) * 0xc2b2_ae35;
        return h ^ (h >>> 16);
    }
}
