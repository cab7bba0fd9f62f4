package dev.lurcher.worker;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The clients that have left of late: an answer to one of them may only be about to begin. Any thread.
 * <p>The oldest are forgotten when there are too many: an answer that takes so long to begin is not spared.
 */
final class Departed {
    private static final int MOST = 10_000;

    private final Set<Long> connectionIds = new LinkedHashSet<>();

    synchronized void add(long connectionId) {
        connectionIds.add(connectionId);
        if (connectionIds.size() > MOST) {
            connectionIds.remove(connectionIds.iterator().next());
        }
    }

    synchronized boolean contains(long connectionId) {
        return connectionIds.contains(connectionId);
    }

    /** The number belongs to somebody else now. */
    synchronized void remove(long connectionId) {
        connectionIds.remove(connectionId);
    }
}
