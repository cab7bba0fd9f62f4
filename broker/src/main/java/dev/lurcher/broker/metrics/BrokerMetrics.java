package dev.lurcher.broker.metrics;

import dev.lurcher.broker.dispatch.HandlerPool;
import dev.lurcher.broker.zmtp.ZmtpListener;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Instant;

/**
 * All metrics of a broker: names, labels and help. docs/observability.md lists them.
 * <p>Thread: any but an event loop; costs some milliseconds where there are hundreds of routes.
 */
public final class BrokerMetrics {
    private final Sources sources;

    /** Creates the metrics of one broker. */
    public BrokerMetrics(Sources sources) {
        this.sources = sources;
    }

    /** Everything as it is now. */
    public MetricSnapshots snapshots() {
        MetricSheet sheet = new MetricSheet();
        TrafficMetrics.add(sources.counters(), sheet);
        for (HandlerPool pool : sources.pools().get()) {
            HandlerMetrics.add(pool, sheet);
        }
        for (ZmtpListener listener : sources.endpoints().get()) {
            HandlerMetrics.add(listener, sheet);
        }
        ProcessMetrics.addLoops(sources.delays().figures(), sheet);
        ProcessMetrics.addMemory(sheet);
        ProcessMetrics.addProcess(sheet);
        addBroker(sheet);
        return sheet.snapshots();
    }

    private void addBroker(MetricSheet sheet) {
        String version = BrokerMetrics.class.getPackage().getImplementationVersion();
        sheet.gauge(
                "build_info",
                "1, with the version as a label.",
                1,
                "version",
                version == null ? "unknown" : version,
                "java",
                Runtime.version().toString());
        sheet.gauge(
                "ready",
                "1 when requests may be sent here: not stopping, and every required handler has a worker.",
                sources.unready().get().isEmpty() ? 1 : 0);
        sheet.gauge(
                "draining",
                "1 while the broker is stopping.",
                sources.isDraining().getAsBoolean() ? 1 : 0);
        sheet.counter(
                "access_log_dropped_lines",
                "Lines of the access log that were lost: no room for them, or a full disk for too long.",
                sources.log().droppedLines());
        sheet.counter(
                "access_log_failed_writes",
                "Writes to the access log that failed, and were or will be tried again.",
                sources.log().failedWrites());
        Facts facts = sources.facts();
        sheet.gauge(
                "config_revision",
                "The revision of the configuration in force; 0 where none is known.",
                facts.revision());
        sheet.gauge(
                "config_loaded_timestamp_seconds",
                "When the configuration in force was loaded, in seconds since 1970.",
                facts.loaded().toEpochMilli() / 1000.0);
        String reloads = "Times that the configuration was read again, by result.";
        sheet.counter("config_reloads", reloads, facts.reloads(), "result", "applied");
        sheet.counter("config_reloads", reloads, facts.refusals(), "result", "refused");
        facts.certificates().forEach((name, expiry) -> addExpiry(name, expiry, sheet));
    }

    private static void addExpiry(String name, Instant expiry, MetricSheet sheet) {
        sheet.gauge(
                "certificate_expiry_timestamp_seconds",
                "Until when a certificate is valid, in seconds since 1970.",
                expiry.getEpochSecond(),
                "certificate",
                name);
    }
}
