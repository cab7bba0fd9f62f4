package dev.lurcher.broker.telemetry;

/** A histogram of durations, copied out of those that count. Not thread-safe. */
public final class DurationFigures {
    private final DurationBuckets buckets;
    private final long[] counts;
    private long sumMicros;

    /** Begins with nothing. */
    public DurationFigures(DurationBuckets buckets) {
        this.buckets = buckets;
        counts = new long[buckets.bounds() + 1];
    }

    /** By which bounds it is sorted. */
    public DurationBuckets buckets() {
        return buckets;
    }

    void addTo(int bucket, long more) {
        counts[bucket] += more;
    }

    /**
     * Adds durations that were counted elsewhere.
     *
     * @param micros each of them
     * @param count how many
     */
    public void add(long micros, long count) {
        counts[buckets.of(micros)] += count;
        sumMicros += micros * count;
    }

    void addMicros(long more) {
        sumMicros += more;
    }

    /** How many there are in each bucket, the last being those above all bounds; a copy. */
    public long[] counts() {
        return counts.clone();
    }

    /** How many there are. */
    public long count() {
        long count = 0;
        for (long each : counts) {
            count += each;
        }
        return count;
    }

    /** All of them together. */
    public double sumSeconds() {
        return sumMicros / 1e6;
    }
}
