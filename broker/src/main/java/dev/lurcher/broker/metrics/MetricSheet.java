package dev.lurcher.broker.metrics;

import dev.lurcher.broker.telemetry.DurationFigures;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Metrics on their way to the library that writes them. Every method takes the name without its unit's suffix {@code _total}, the
 * help, the value, and names and values of labels in turn. What has the same name and labels as something before is left out.
 */
final class MetricSheet {
    private static final String PREFIX = "lurcher_";

    private final Map<String, CounterSnapshot.Builder> counters = new LinkedHashMap<>();
    private final Map<String, GaugeSnapshot.Builder> gauges = new LinkedHashMap<>();
    private final Map<String, HistogramSnapshot.Builder> histograms = new LinkedHashMap<>();
    private final Set<Object> known = new HashSet<>();

    /** Counts beyond 2^53 lose their last digits, which nobody misses. */
    void counter(String name, String help, long value, String... labels) {
        counter(name, help, (double) value, labels);
    }

    void gauge(String name, String help, long value, String... labels) {
        gauge(name, help, (double) value, labels);
    }

    void counter(String name, String help, double value, String... labels) {
        if (isNew(name, labels)) {
            counters.computeIfAbsent(
                            name,
                            first -> CounterSnapshot.builder().name(named(name)).help(help))
                    .dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                            .value(Math.max(0, value))
                            .labels(Labels.of(labels))
                            .build());
        }
    }

    void gauge(String name, String help, double value, String... labels) {
        if (isNew(name, labels)) {
            gauges.computeIfAbsent(
                            name,
                            first -> GaugeSnapshot.builder().name(named(name)).help(help))
                    .dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                            .value(value)
                            .labels(Labels.of(labels))
                            .build());
        }
    }

    void histogram(String name, String help, DurationFigures value, String... labels) {
        if (isNew(name, labels)) {
            histograms
                    .computeIfAbsent(
                            name,
                            first -> HistogramSnapshot.builder()
                                    .name(named(name))
                                    .help(help))
                    .dataPoint(HistogramSnapshot.HistogramDataPointSnapshot.builder()
                            .classicHistogramBuckets(
                                    ClassicHistogramBuckets.of(value.buckets().upperSeconds(), value.counts()))
                            .sum(value.sumSeconds())
                            .labels(Labels.of(labels))
                            .build());
        }
    }

    /** What every process has is called by its usual name. */
    private static String named(String name) {
        return name.startsWith("process_") ? name : PREFIX + name;
    }

    private boolean isNew(String name, String... labels) {
        List<String> key = new ArrayList<>(List.of(labels));
        key.add(name);
        return known.add(key);
    }

    MetricSnapshots snapshots() {
        List<MetricSnapshot> all = new ArrayList<>();
        counters.values().forEach(builder -> all.add(builder.build()));
        gauges.values().forEach(builder -> all.add(builder.build()));
        histograms.values().forEach(builder -> all.add(builder.build()));
        return new MetricSnapshots(all);
    }
}
