package dev.lurcher.broker.telemetry;

import java.util.Arrays;

/** The upper bounds by which durations are sorted. Immutable. */
public final class DurationBuckets {
    /** Of requests: 100 us to a minute. */
    public static final DurationBuckets REQUESTS = ofMicros(
            100,
            250,
            500,
            1_000,
            2_500,
            5_000,
            10_000,
            25_000,
            50_000,
            100_000,
            250_000,
            500_000,
            1_000_000,
            2_500_000,
            5_000_000,
            10_000_000,
            30_000_000,
            60_000_000);

    /** Of delays of an event loop: half a millisecond to ten seconds. */
    public static final DurationBuckets DELAYS = ofMicros(
            500,
            1_000,
            2_500,
            5_000,
            10_000,
            25_000,
            50_000,
            100_000,
            250_000,
            500_000,
            1_000_000,
            2_500_000,
            10_000_000);

    private final long[] micros;

    /** Where to begin to look, by how many bits a duration has. */
    private final byte[] starts = new byte[Long.SIZE + 1];

    private DurationBuckets(long[] micros) {
        this.micros = micros;
        for (int bits = 1; bits <= Long.SIZE; bits++) {
            long least = 1L << (bits - 1);
            int start = 0;
            while (start < micros.length && least > 0 && micros[start] < least) {
                start++;
            }
            starts[bits] = (byte) (least < 0 ? micros.length : start);
        }
    }

    /**
     * Takes bounds.
     *
     * @param micros in microseconds, each greater than the one before, at most 127
     */
    static DurationBuckets ofMicros(long... micros) {
        return new DurationBuckets(micros.clone());
    }

    /** How many bounds there are; there is one bucket more, for what is above them all. */
    public int bounds() {
        return micros.length;
    }

    /** The bounds in seconds, and infinity behind them. */
    public double[] upperSeconds() {
        double[] seconds = Arrays.copyOf(
                Arrays.stream(micros).mapToDouble(each -> each / 1e6).toArray(), micros.length + 1);
        seconds[micros.length] = Double.POSITIVE_INFINITY;
        return seconds;
    }

    /** A bound in microseconds. */
    public long upperMicros(int bucket) {
        return micros[bucket];
    }

    /** The bucket of a duration: the first whose bound is not below it. */
    int of(long duration) {
        int bucket = duration <= 0 ? 0 : starts[Long.SIZE - Long.numberOfLeadingZeros(duration)];
        while (bucket < micros.length && duration > micros[bucket]) {
            bucket++;
        }
        return bucket;
    }
}
