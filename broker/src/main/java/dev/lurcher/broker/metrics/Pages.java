package dev.lurcher.broker.metrics;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.lurcher.broker.console.AdminPage.Answer;
import dev.lurcher.broker.console.AdminPage.Asked;
import dev.lurcher.broker.console.AdminPages;
import dev.lurcher.broker.telemetry.LoopDelays;
import dev.lurcher.broker.telemetry.RequestMemory;
import dev.lurcher.broker.telemetry.RequestStory;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** The pages of the admin listener. */
final class Pages {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int USUAL_BYTES = 64 * 1024;

    /** A loop that was not heard of for so long is stuck: it is due twenty times a second. */
    private static final double MOST_SILENT_SECONDS = 5;

    private static final int MOST_FAILURES = 100;
    private static final int LOOK_UP_SECONDS = 5;

    private final Sources sources;
    private final BrokerMetrics metrics;
    private final RequestMemory memory;

    private Pages(Sources sources, RequestMemory memory) {
        this.sources = sources;
        this.memory = memory;
        metrics = new BrokerMetrics(sources);
    }

    static AdminPages of(Sources sources, RequestMemory memory) {
        Pages pages = new Pages(sources, memory);
        return new AdminPages()
                .with("/metrics", pages::metrics)
                .withOpen("/health", pages::health)
                .withOpen("/ready", pages::ready)
                .with("/why", pages::why);
    }

    private Answer metrics(Asked asked) throws IOException {
        ExpositionFormatWriter writer = asked.accept().contains("application/openmetrics-text")
                ? OpenMetricsTextFormatWriter.create()
                : PrometheusTextFormatWriter.create();
        ByteArrayOutputStream out = new ByteArrayOutputStream(USUAL_BYTES);
        writer.write(out, metrics.snapshots(), EscapingScheme.UNDERSCORE_ESCAPING);
        return new Answer(200, writer.getContentType(), out.toByteArray());
    }

    private Answer health(Asked asked) {
        double silent = sources.delays().figures().stream()
                .mapToDouble(LoopDelays.OfLoop::silentSeconds)
                .max()
                .orElse(0);
        return silent > MOST_SILENT_SECONDS
                ? Answer.text(503, "stuck: an event loop was not heard of for " + (long) silent + " s\n")
                : Answer.text(200, "up\n");
    }

    private Answer ready(Asked asked) {
        String unready = sources.unready().get();
        return unready.isEmpty() ? Answer.text(200, "ready\n") : Answer.text(503, "not ready: " + unready + "\n");
    }

    private Answer why(Asked asked) throws Exception {
        if (asked.rest().isEmpty()) {
            ArrayNode failures = JSON.createArrayNode();
            await(memory.failures(MOST_FAILURES)).forEach(story -> failures.add(Why.json(story)));
            return Answer.json(200, JSON.writeValueAsBytes(failures));
        }
        OptionalLong id = Why.id(asked.rest());
        if (id.isEmpty()) {
            return Answer.text(400, "a request's id is sixteen hexadecimal digits\n");
        }
        Optional<RequestStory> story = await(memory.find(id.getAsLong()));
        return story.isEmpty()
                ? Answer.text(404, "not remembered; see why.requests and why.failures\n")
                : Answer.json(200, JSON.writeValueAsBytes(Why.json(story.get())));
    }

    private static <T> T await(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(LOOK_UP_SECONDS, TimeUnit.SECONDS);
    }
}
