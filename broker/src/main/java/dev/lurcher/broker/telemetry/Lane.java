package dev.lurcher.broker.telemetry;

import java.nio.ByteBuffer;

/**
 * A ring of bytes between one thread that makes lines and the one that writes them. Neither ever waits for the other.
 * <pre>
 *   taken            offered
 *     | whole lines... |        free        |
 * </pre>
 */
final class Lane {
    private final byte[] ring;

    /** Bytes offered since the start; written by the maker after the bytes themselves. */
    private volatile long offered;

    /** Bytes taken since the start; written by the taker after it has copied them. */
    private volatile long taken;

    /** What the maker knows of {@code taken}: it looks again only when there seems to be no room. */
    private long takenBefore;

    /** How much was offered when the maker last said that the taker should come. */
    private long calledAt;

    /**
     * Creates an empty lane.
     *
     * @param capacity in bytes, a power of two
     */
    Lane(int capacity) {
        if (Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException("capacity=" + capacity + " is no power of two");
        }
        ring = new byte[capacity];
    }

    /** Copies a whole line in; false, and nothing happens, when there is no room for it. The maker's thread only. */
    boolean offer(Line line) {
        long at = offered;
        int length = line.length();
        if (ring.length - (at - takenBefore) < length) {
            takenBefore = taken;
            if (ring.length - (at - takenBefore) < length) {
                return false;
            }
        }
        int index = (int) at & (ring.length - 1);
        int first = Math.min(length, ring.length - index);
        System.arraycopy(line.array(), line.start(), ring, index, first);
        System.arraycopy(line.array(), line.start() + first, ring, 0, length - first);
        offered = at + length;
        return true;
    }

    /** True each time a further quarter of the ring has been filled: the taker should not wait. The maker's thread only. */
    boolean callsTaker() {
        long at = offered;
        if (at - calledAt < ring.length / 4) {
            return false;
        }
        calledAt = at;
        return true;
    }

    boolean isEmpty() {
        return taken == offered;
    }

    /** Moves as many whole lines as there is room for. The taker's thread only. */
    void drainTo(ByteBuffer batch) {
        long at = taken;
        long waiting = offered - at;
        int length = (int) Math.min(waiting, batch.remaining());
        int start = batch.position();
        int index = (int) at & (ring.length - 1);
        int first = Math.min(length, ring.length - index);
        batch.put(ring, index, first).put(ring, 0, length - first);
        if (length < waiting) {
            int end = batch.position();
            while (end > start && batch.get(end - 1) != '\n') {
                end--;
            }
            batch.position(end);
        }
        taken = at + batch.position() - start;
    }
}
