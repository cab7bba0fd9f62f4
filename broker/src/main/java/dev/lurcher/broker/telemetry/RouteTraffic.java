package dev.lurcher.broker.telemetry;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * What has become of the requests of one route on one event loop.
 * <p>Thread: that loop counts, without locks and without allocating; any other reads, and may miss the latest.
 */
public final class RouteTraffic {
    private static final int SWITCHED = 101;

    private static final Map<String, Counter> REASONS = new HashMap<>();
    private static final Map<Counter, Integer> ROWS = new EnumMap<>(Counter.class);

    static {
        Arrays.stream(Counter.values()).filter(Counter::isReason).forEach(reason -> {
            REASONS.put(reason.key(), reason);
            ROWS.put(reason, ROWS.size() + 1);
        });
    }

    /** How many rows of cells there are: one for each reason, and the first for exchanges without one. */
    static final int REASON_ROWS = ROWS.size() + 1;

    private static final int BYTES = REASON_ROWS * StatusClass.COUNT;

    private final RouteKey key;
    private final AtomicLongArray cells = new AtomicLongArray(BYTES + 1);
    private final DurationCells durations = new DurationCells(DurationBuckets.REQUESTS);

    RouteTraffic(RouteKey key) {
        this.key = key;
    }

    RouteKey key() {
        return key;
    }

    /** The row of a reason; 0 for none, and for one that has no counter. */
    static int row(@Nullable Counter reason) {
        Integer row = reason == null ? null : ROWS.get(reason);
        return row == null ? 0 : row;
    }

    /**
     * Counts an exchange that has ended.
     *
     * @param status the answer's, 0 for none
     * @param reason the reason code, or empty
     */
    public void end(int status, String reason, long durationMicros, long bytesSent) {
        Counter why = reason.isEmpty() ? null : REASONS.get(reason);
        add(row(why) * StatusClass.COUNT + StatusClass.of(status), 1);
        add(BYTES, bytesSent);
        if (status != SWITCHED) {
            // How long a WebSocket lives says nothing of how fast it was answered.
            durations.record(durationMicros);
        }
    }

    private void add(int cell, long more) {
        cells.setOpaque(cell, cells.getPlain(cell) + more);
    }

    /** Adds what is counted here to figures. */
    void addTo(RouteFigures figures) {
        for (int row = 0; row < REASON_ROWS; row++) {
            for (int status = 0; status < StatusClass.COUNT; status++) {
                figures.add(row, status, cells.getOpaque(row * StatusClass.COUNT + status));
            }
        }
        figures.addBytes(cells.getOpaque(BYTES));
        durations.addTo(figures.durations());
    }
}
