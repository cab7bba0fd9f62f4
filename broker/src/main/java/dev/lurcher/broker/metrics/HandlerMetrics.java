package dev.lurcher.broker.metrics;

import dev.lurcher.broker.dispatch.HandlerPool;
import dev.lurcher.broker.dispatch.PoolFigures;
import dev.lurcher.broker.telemetry.DurationBuckets;
import dev.lurcher.broker.telemetry.DurationFigures;
import dev.lurcher.broker.zmtp.ZmtpCounters;
import dev.lurcher.broker.zmtp.ZmtpListener;
import java.util.Locale;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/** Handlers with their queues and workers, and the endpoints. */
final class HandlerMetrics {
    private static final String WORKERS =
            "Workers, by state: ready takes one more request now, busy holds as many as it may, draining gets nothing new.";

    private HandlerMetrics() {}

    static void add(HandlerPool pool, MetricSheet sheet) {
        PoolFigures figures = pool.figures();
        String[] handler = {"handler", pool.name(), "endpoint", pool.endpoint()};
        sheet.gauge("handler_queue_requests", "Requests that wait for a worker.", figures.queued(), handler);
        sheet.gauge("handler_queue_bytes", "Content of the requests that wait.", figures.queuedBytes(), handler);
        sheet.gauge(
                "handler_queue_age_seconds",
                "How long the oldest request in the queue has waited.",
                figures.oldestMicros() / 1e6,
                handler);
        sheet.gauge(
                "handler_required",
                "1 where the broker is ready only with a worker of the handler.",
                pool.policy().required() ? 1 : 0,
                handler);
        sheet.gauge(
                "handler_paused_seconds",
                "For how long its requests will still be held back at most; 0 where they are not.",
                figures.pausedMillis() / 1e3,
                handler);
        workers(figures, handler, sheet);
        sheet.histogram(
                "handler_wait_seconds", "How long requests waited for a worker.", seconds(figures.waits()), handler);
        sheet.histogram(
                "handler_service_seconds",
                "From a worker having a request to the first byte of its answer.",
                seconds(figures.services()),
                handler);
    }

    private static void workers(PoolFigures figures, String[] handler, MetricSheet sheet) {
        int ready = 0;
        int busy = 0;
        int draining = 0;
        long held = 0;
        for (PoolFigures.OfWorker worker : figures.workers()) {
            held += worker.unanswered();
            if (worker.draining()) {
                draining++;
            } else if (worker.unanswered() + worker.overdue() < worker.limit()) {
                ready++;
            } else {
                busy++;
            }
        }
        sheet.gauge("handler_workers", WORKERS, ready, with(handler, "ready"));
        sheet.gauge("handler_workers", WORKERS, busy, with(handler, "busy"));
        sheet.gauge("handler_workers", WORKERS, draining, with(handler, "draining"));
        sheet.gauge(
                "handler_requests_in_flight",
                "Requests that workers hold and have not begun to answer.",
                held,
                handler);
    }

    private static String[] with(String[] handler, String state) {
        return new String[] {handler[0], handler[1], handler[2], handler[3], "state", state};
    }

    /** The histogram of a pool, in the buckets of all others: exact in its counts, within one percent in its sum. */
    static DurationFigures seconds(Histogram micros) {
        DurationFigures figures = new DurationFigures(DurationBuckets.REQUESTS);
        for (HistogramIterationValue each : micros.recordedValues()) {
            figures.add(
                    micros.medianEquivalentValue(each.getValueIteratedTo()), each.getCountAddedInThisIterationStep());
        }
        return figures;
    }

    static void add(ZmtpListener listener, MetricSheet sheet) {
        String endpoint = listener.endpoint().toString();
        ZmtpCounters counters = listener.counters();
        sheet.gauge("zeromq_peers", "ZeroMQ peers that are connected.", counters.peers(), "endpoint", endpoint);
        for (ZmtpCounters.Event event : ZmtpCounters.Event.values()) {
            sheet.counter(
                    "zeromq_events",
                    "What has happened at ZeroMQ endpoints: peers that came, were refused and dropped.",
                    counters.count(event),
                    "endpoint",
                    endpoint,
                    "event",
                    event.name().toLowerCase(Locale.ROOT));
        }
    }
}
