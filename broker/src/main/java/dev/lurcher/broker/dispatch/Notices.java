package dev.lurcher.broker.dispatch;

import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.telemetry.Counters;
import java.util.ArrayDeque;

/**
 * Disconnect notices that no worker could take yet; the oldest are given up when there are too many.
 * <p>Thread: guarded by the pool's lock.
 */
final class Notices {
    private static final int MOST = 1024;

    private final ArrayDeque<Integer> ids = new ArrayDeque<>();
    private final Counters counters;

    Notices(Counters counters) {
        this.counters = counters;
    }

    void keep(int connectionId) {
        if (ids.size() == MOST) {
            ids.removeFirst();
            counters.increment(Counter.NOTICES_DROPPED);
        }
        ids.addLast(connectionId);
    }

    boolean isEmpty() {
        return ids.isEmpty();
    }

    /** The oldest; there must be one. */
    int take() {
        return ids.removeFirst();
    }
}
