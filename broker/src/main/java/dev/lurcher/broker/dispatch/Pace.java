package dev.lurcher.broker.dispatch;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * How fast a pool's requests are served: the waits, the times of the workers, and the rate of answers of the last seconds.
 * <p>Thread: guarded by the pool's lock.
 */
final class Pace {
    private static final long ROUND_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long SNAPSHOT_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long LONGEST_MICROS = TimeUnit.HOURS.toMicros(24);

    /** Weight of the round that has just ended. */
    private static final double FRESH = 0.3;

    private final Histogram waits = new Histogram(LONGEST_MICROS, 2);
    private final Histogram services = new Histogram(LONGEST_MICROS, 2);
    /** The waits up to the last snapshot and to the one before. */
    private Histogram newer = new Histogram(LONGEST_MICROS, 2);

    private Histogram older = newer;
    private long snapshotNanos;
    private long roundSince;
    private long lastAnswerNanos;
    private int answers;
    private double perSecond;

    Pace(long now) {
        roundSince = now;
        lastAnswerNanos = now;
        snapshotNanos = now;
    }

    /** To be called some times a second. */
    void tick(long now) {
        if (now - snapshotNanos >= SNAPSHOT_NANOS) {
            older = newer;
            newer = waits.copy();
            snapshotNanos = now;
        }
    }

    void onHeld(long waitedNanos) {
        waits.recordValue(micros(waitedNanos));
    }

    void onAnswer(long servedNanos, long now) {
        services.recordValue(micros(servedNanos));
        answers++;
        lastAnswerNanos = now;
        roll(now);
    }

    /** Answers per second, lately; 0 after some seconds without. */
    double perSecond(long now) {
        roll(now);
        return perSecond;
    }

    long lastAnswerNanos() {
        return lastAnswerNanos;
    }

    Histogram waits() {
        return waits.copy();
    }

    /** Those of half a minute ago, or a whole one; never changed. */
    Histogram waitsBefore() {
        return older;
    }

    Histogram services() {
        return services.copy();
    }

    private void roll(long now) {
        long passed = now - roundSince;
        if (passed < ROUND_NANOS) {
            return;
        }
        double measured = answers * 1e9 / passed;
        double weight = 1 - Math.pow(1 - FRESH, (double) passed / ROUND_NANOS);
        perSecond = perSecond == 0 ? measured : perSecond + weight * (measured - perSecond);
        if (perSecond < 0.01) {
            perSecond = 0;
        }
        answers = 0;
        roundSince = now;
    }

    private static long micros(long nanos) {
        return Math.min(LONGEST_MICROS, Math.max(0, nanos / 1000));
    }
}
