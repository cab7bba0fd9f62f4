package dev.lurcher.broker.telemetry;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A histogram of durations.
 * <p>Thread: one records, which costs it two additions; any reads, and may miss the latest.
 */
final class DurationCells {
    private final DurationBuckets buckets;

    /** One count for each bucket, and the sum behind them. */
    private final AtomicLongArray cells;

    DurationCells(DurationBuckets buckets) {
        this.buckets = buckets;
        cells = new AtomicLongArray(buckets.bounds() + 2);
    }

    void record(long micros) {
        add(buckets.of(micros), 1);
        add(buckets.bounds() + 1, Math.max(0, micros));
    }

    private void add(int cell, long more) {
        cells.setOpaque(cell, cells.getPlain(cell) + more);
    }

    /** Adds what is counted here to figures. */
    void addTo(DurationFigures figures) {
        for (int bucket = 0; bucket <= buckets.bounds(); bucket++) {
            figures.addTo(bucket, cells.getOpaque(bucket));
        }
        figures.addMicros(cells.getOpaque(buckets.bounds() + 1));
    }
}
