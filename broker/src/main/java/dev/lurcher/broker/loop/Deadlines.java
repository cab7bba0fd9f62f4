package dev.lurcher.broker.loop;

import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deadlines of everything that lives on one event loop, one per {@link Expiring}.
 * <p>Setting a deadline writes one array cell: requests come and go without a timer being made for any of them. A sweep
 * reads the cells in a row, so that ten thousand idle connections cost microseconds. A deadline is met late by at most one
 * {@link #SWEEP_MILLIS}, and a little more where many are due at once: what ends together need not hold up all others.
 * <p>Thread: the event loop only.
 */
public final class Deadlines {
    /** How often the owner calls {@link #sweep}, in milliseconds. */
    public static final long SWEEP_MILLIS = 40;

    /** How many owners one sweep calls at most. */
    static final int MOST_AT_ONCE = 64;

    /** No deadline. */
    public static final long NONE = Long.MAX_VALUE;

    private static final Logger LOG = LoggerFactory.getLogger(Deadlines.class);

    private long[] due = new long[64];
    private Expiring[] owners = new Expiring[64];
    private int size;
    /** Where the last sweep has stopped before its end; -1 where it has not. */
    private int stoppedAt = -1;

    /** What a deadline ends. */
    public abstract static class Expiring {
        private int slot = -1;

        /**
         * The deadline has passed; it is cleared before the call.
         *
         * @param now as {@link System#nanoTime()}
         */
        protected abstract void onDeadline(long now);

        /** {@link #onDeadline} has failed, which it never should: ends what would otherwise go on without a deadline. */
        protected void onFault(RuntimeException fault) {
            LOG.error("a deadline had no effect, by a fault of the broker", fault);
        }
    }

    /** Takes in an owner, without a deadline yet. */
    public void add(Expiring owner) {
        if (size == due.length) {
            due = Arrays.copyOf(due, size * 2);
            owners = Arrays.copyOf(owners, size * 2);
        }
        owner.slot = size;
        due[size] = NONE;
        owners[size++] = owner;
    }

    /** Lets an owner go. Does nothing when it is not there. */
    public void remove(Expiring owner) {
        int slot = owner.slot;
        if (slot < 0) {
            return;
        }
        size--;
        due[slot] = due[size];
        owners[slot] = owners[size];
        owners[slot].slot = slot;
        clearLast();
        owner.slot = -1;
    }

    @SuppressWarnings("NullAway") // the cell is past the end and is never read
    private void clearLast() {
        owners[size] = null;
    }

    /**
     * Sets the owner's one deadline.
     *
     * @param nanos as {@link System#nanoTime()}, or {@link #NONE}
     */
    public void set(Expiring owner, long nanos) {
        if (owner.slot >= 0) {
            due[owner.slot] = nanos;
        }
    }

    /** How many owners there are. */
    public int size() {
        return size;
    }

    /** Calls every owner, in no particular order; an owner may remove itself. */
    public void forEach(java.util.function.Consumer<Expiring> action) {
        for (int i = size - 1; i >= 0; i--) {
            if (i < size) {
                action.accept(owners[i]);
            }
        }
    }

    /**
     * Calls {@link Expiring#onDeadline} of owners whose deadlines have passed.
     *
     * @return whether there may be more of them, for another sweep after what else the loop has to do
     */
    public boolean sweep(long now) {
        int called = 0;
        // From the end: an owner that removes itself is replaced by one that was already looked at.
        for (int i = stoppedAt < 0 ? size - 1 : Math.min(stoppedAt, size - 1); i >= 0; i--) {
            if (i < size && due[i] != NONE && due[i] - now <= 0) {
                if (called == MOST_AT_ONCE) {
                    stoppedAt = i;
                    return true;
                }
                called++;
                due[i] = NONE;
                expire(owners[i], now);
            }
        }
        stoppedAt = -1;
        return false;
    }

    /** One owner's fault must not keep the others from their deadlines. */
    private static void expire(Expiring owner, long now) {
        try {
            owner.onDeadline(now);
        } catch (RuntimeException e) {
            owner.onFault(e);
        }
    }
}
