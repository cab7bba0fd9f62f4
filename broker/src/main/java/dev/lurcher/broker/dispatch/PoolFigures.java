package dev.lurcher.broker.dispatch;

import dev.lurcher.protocol.WorkerControl.Hello;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What can be said of a pool at one moment.
 *
 * @param queued requests that wait
 * @param queuedBytes their content
 * @param oldestMicros how long the oldest of them has waited, 0 when none waits
 * @param answersPerSecond answers begun, lately
 * @param waits how long requests waited for a worker, in microseconds; a copy
 * @param services from a worker having a request to its first byte, in microseconds; a copy
 * @param waitsBefore those waits that are older than half a minute to a whole one
 * @param pausedMillis for how long requests will still be held back at most; 0 where they are not
 * @param workers one for each worker
 */
public record PoolFigures(
        int queued,
        long queuedBytes,
        long oldestMicros,
        double answersPerSecond,
        Histogram waits,
        Histogram services,
        Histogram waitsBefore,
        long pausedMillis,
        List<OfWorker> workers) {
    /** The waits of the last half to whole minute. */
    public Histogram recentWaits() {
        Histogram recent = waits.copy();
        recent.subtract(waitsBefore);
        return recent;
    }

    /**
     * One worker.
     *
     * @param number its own in this life of the broker
     * @param name what it calls itself, or its address
     * @param address where it is
     * @param hello what it says of itself; a classic worker says nothing
     * @param managed whether it speaks the two-way protocol
     * @param held requests it has and has not answered to the end
     * @param unanswered requests it holds and has not begun to answer
     * @param overdue requests it let time out, of which nothing has been heard
     * @param limit most it may hold now
     * @param answered answers it has begun
     * @param draining whether it gets nothing new
     * @param connectedSeconds since it joined
     */
    public record OfWorker(
            long number,
            String name,
            String address,
            Hello hello,
            boolean managed,
            int held,
            int unanswered,
            int overdue,
            int limit,
            long answered,
            boolean draining,
            long connectedSeconds) {}
}
