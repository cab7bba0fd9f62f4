package dev.lurcher.broker.metrics;

import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.telemetry.Counters;
import dev.lurcher.broker.telemetry.RouteFigures;
import dev.lurcher.broker.telemetry.RouteKey;
import java.util.Map;
import java.util.Set;

/** Requests, and everything that {@link Counters} has. */
final class TrafficMetrics {
    /** What is told per route, and not once more as a sum. */
    private static final Set<Counter> PER_ROUTE = Set.of(
            Counter.REQUESTS,
            Counter.BYTES_SENT,
            Counter.BYTES_RECEIVED,
            Counter.ANSWERS_1XX,
            Counter.ANSWERS_2XX,
            Counter.ANSWERS_3XX,
            Counter.ANSWERS_4XX,
            Counter.ANSWERS_5XX,
            Counter.ANSWERS_OTHER);

    private TrafficMetrics() {}

    static void add(Counters counters, MetricSheet sheet) {
        Map<RouteKey, RouteFigures> routes = counters.traffic().byRoute();
        long ended = 0;
        long sent = 0;
        for (Map.Entry<RouteKey, RouteFigures> each : routes.entrySet()) {
            ended += each.getValue().ended();
            sent += each.getValue().bytesSent();
            add(each.getKey(), each.getValue(), sheet);
        }
        sheet.counter(
                "sent_bytes",
                "Bytes sent to clients, by route; those of message sockets have none.",
                counters.get(Counter.BYTES_SENT) - sent,
                "host",
                "(message sockets)",
                "route",
                "");
        // Asked for after the ends: else there could be more of these.
        sheet.gauge(
                "requests_in_flight",
                "Requests that have begun and not ended.",
                Math.max(0, counters.get(Counter.REQUESTS) - ended));
        sheet.counter("received_bytes", Counter.BYTES_RECEIVED.meaning(), counters.get(Counter.BYTES_RECEIVED));
        counters.all().forEach((counter, value) -> add(counter, value, sheet));
    }

    private static void add(RouteKey route, RouteFigures figures, MetricSheet sheet) {
        figures.forEachEnd((status, reason, count) -> sheet.counter(
                "requests",
                "Requests that have ended, by route, class of the status, and reason where the broker answered itself.",
                count,
                "host",
                route.host(),
                "route",
                route.route(),
                "status",
                status,
                "reason",
                reason));
        sheet.histogram(
                "request_duration_seconds",
                "From the first byte of a request to the last of its answer, by route; without WebSockets.",
                figures.durations(),
                "host",
                route.host(),
                "route",
                route.route());
        sheet.counter(
                "sent_bytes",
                "Bytes sent to clients, by route; those of message sockets have none.",
                figures.bytesSent(),
                "host",
                route.host(),
                "route",
                route.route());
    }

    private static void add(Counter counter, long value, MetricSheet sheet) {
        if (PER_ROUTE.contains(counter) || counter.isReason()) {
            return;
        }
        switch (counter.kind()) {
            case COUNTER -> sheet.counter(counter.key(), counter.meaning(), value);
            case GAUGE -> sheet.gauge(counter.key(), counter.meaning(), value);
        }
    }
}
