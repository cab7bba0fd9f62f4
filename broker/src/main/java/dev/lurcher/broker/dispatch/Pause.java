package dev.lurcher.broker.dispatch;

/**
 * Whether a pool's requests are held back, and since when their waiting counts: nobody is told that it took too long because an
 * operator wanted it so.
 * <p>Thread: guarded by the pool's lock, but for {@link #since}.
 */
final class Pause {
    private boolean isOn;
    private long untilNanos;
    private volatile long countsFromNanos = System.nanoTime();

    boolean isOn() {
        return isOn;
    }

    /** Begins, or lasts longer or shorter than was said before. */
    void begin(long until) {
        isOn = true;
        untilNanos = until;
        countsFromNanos = until;
    }

    void end(long now) {
        isOn = false;
        countsFromNanos = now;
    }

    /** Whether it has lasted as long as it may. */
    boolean isOver(long now) {
        return isOn && now - untilNanos >= 0;
    }

    /** How long it may still last; 0 where there is none. */
    long leftNanos(long now) {
        return isOn ? Math.max(0, untilNanos - now) : 0;
    }

    /** From when on the waiting of a request counts that was offered then; while held in the future. Any thread. */
    long since(long offeredNanos) {
        long from = countsFromNanos;
        return from - offeredNanos > 0 ? from : offeredNanos;
    }
}
