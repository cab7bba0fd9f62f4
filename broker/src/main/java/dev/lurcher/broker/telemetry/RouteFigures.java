package dev.lurcher.broker.telemetry;

/** What has become of the requests of one route, or of all, on all event loops together. A copy; not thread-safe. */
public final class RouteFigures {
    private final long[] ends = new long[RouteTraffic.REASON_ROWS * StatusClass.COUNT];
    private final DurationFigures durations = new DurationFigures(DurationBuckets.REQUESTS);
    private long bytesSent;

    /** Hears of every kind of end that there was. */
    @FunctionalInterface
    public interface Ends {
        /**
         * So many ended so.
         *
         * @param status {@code 1xx} to {@code 5xx}; {@code none} where the answer had no status
         * @param reason the reason code, empty for none
         * @param count from 1
         */
        void each(String status, String reason, long count);
    }

    void add(int row, int statusClass, long more) {
        ends[row * StatusClass.COUNT + statusClass] += more;
    }

    void addBytes(long more) {
        bytesSent += more;
    }

    /** Names every kind of end that there was. */
    public void forEachEnd(Ends ends) {
        each(0, "", ends);
        for (Counter reason : Counter.values()) {
            if (reason.isReason()) {
                each(RouteTraffic.row(reason), reason.key(), ends);
            }
        }
    }

    private void each(int row, String reason, Ends hearer) {
        for (int status = 0; status < StatusClass.COUNT; status++) {
            long count = ends[row * StatusClass.COUNT + status];
            if (count > 0) {
                hearer.each(StatusClass.name(status), reason, count);
            }
        }
    }

    /** How many have ended. */
    public long ended() {
        long sum = 0;
        for (long each : ends) {
            sum += each;
        }
        return sum;
    }

    /** How many ended for a reason. */
    long of(Counter reason) {
        int row = RouteTraffic.row(reason);
        long sum = 0;
        for (int status = 0; status < StatusClass.COUNT; status++) {
            sum += ends[row * StatusClass.COUNT + status];
        }
        return sum;
    }

    /** How many ended with a status of a class, those whose client had gone left out. */
    long ofClass(int statusClass) {
        long sum = -ends[RouteTraffic.row(Counter.CLIENT_GONE) * StatusClass.COUNT + statusClass];
        for (int row = 0; row < RouteTraffic.REASON_ROWS; row++) {
            sum += ends[row * StatusClass.COUNT + statusClass];
        }
        return sum;
    }

    /** Bytes sent to clients. */
    public long bytesSent() {
        return bytesSent;
    }

    /** How long they took; WebSockets are left out. */
    public DurationFigures durations() {
        return durations;
    }
}
