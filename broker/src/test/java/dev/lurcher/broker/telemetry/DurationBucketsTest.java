package dev.lurcher.broker.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DurationBucketsTest {
    private static final DurationBuckets BUCKETS = DurationBuckets.REQUESTS;

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 1, 7, 99, 100, 101, 60_000_000, 60_000_001, 1L << 62, Long.MAX_VALUE})
    void findsTheFirstBoundThatIsNotBelow(long micros) {
        assertEquals(slowly(micros), BUCKETS.of(micros));
    }

    @Test
    void findsItAroundEveryBound() {
        for (int i = 0; i < BUCKETS.bounds(); i++) {
            for (long micros = BUCKETS.upperMicros(i) - 2; micros <= BUCKETS.upperMicros(i) + 2; micros++) {
                assertEquals(slowly(micros), BUCKETS.of(micros), "micros=" + micros);
            }
        }
    }

    private static int slowly(long micros) {
        int bucket = 0;
        while (bucket < BUCKETS.bounds() && micros > BUCKETS.upperMicros(bucket)) {
            bucket++;
        }
        return bucket;
    }

    @Test
    void tellsItsBoundsInSeconds() {
        double[] seconds = BUCKETS.upperSeconds();
        assertEquals(BUCKETS.bounds() + 1, seconds.length);
        assertEquals(0.0001, seconds[0]);
        assertEquals(60, seconds[seconds.length - 2]);
        assertEquals(Double.POSITIVE_INFINITY, seconds[seconds.length - 1]);
    }
}
