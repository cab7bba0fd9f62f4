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
 * @param workers one for each worker
 */
public record PoolFigures(
        int queued,
        long queuedBytes,
        long oldestMicros,
        double answersPerSecond,
        Histogram waits,
        Histogram services,
        List<OfWorker> workers) {
    /**
     * One worker.
     *
     * @param name what it calls itself, or its address
     * @param hello what it says of itself; a classic worker says nothing
     * @param managed whether it speaks the two-way protocol
     * @param unanswered requests it holds and has not begun to answer
     * @param overdue requests it let time out, of which nothing has been heard
     * @param limit most it may hold now
     * @param answered answers it has begun
     * @param draining whether it gets nothing new
     */
    public record OfWorker(
            String name,
            Hello hello,
            boolean managed,
            int unanswered,
            int overdue,
            int limit,
            long answered,
            boolean draining) {}
}
