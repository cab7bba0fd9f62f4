package dev.lurcher.broker.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lurcher.broker.config.HandlerPolicy;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.testing.Await;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.ManagedWorker;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedWorker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What a running broker shows on its admin listener. */
class AdminPagesIT {
    private static final Pattern REQUEST_ID = Pattern.compile("\r\nX-Request-Id: ([0-9a-f]{16})\r\n");

    private static BrokerHarness.Builder builder() {
        return BrokerHarness.builder().with(Setting.ADMIN_LISTEN, "0").with(Setting.EVENT_LOOPS, "2");
    }

    private static String get(BrokerHarness broker, String path) {
        try (RawClient client = new RawClient(broker.broker().admin().orElseThrow())) {
            return client.get(path).untilEnd();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The value of a series; 0 where there is none. */
    private static double value(String metrics, String series) {
        Matcher line =
                Pattern.compile("(?m)^" + Pattern.quote(series) + " (\\S+)$").matcher(metrics);
        return line.find() ? Double.parseDouble(line.group(1)) : 0;
    }

    @Test
    void countsRequestsByRouteStatusAndReason() throws IOException {
        try (BrokerHarness broker = builder()
                        .limits(Duration.ofSeconds(60), Duration.ofMillis(50), 10, 100)
                        .handler("/h", "hello")
                        .handler("/empty", "nobody")
                        .start();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            for (int i = 0; i < 3; i++) {
                client.get("/h?secret=" + i);
                worker.answer(worker.take(), "x");
                client.answer();
            }
            client.get("/empty").answer();
            client.get("/nowhere/" + "x".repeat(50)).answer();

            String metrics = get(broker, "/metrics");
            String at = "lurcher_requests_total{host=\"localhost\",reason=\"%s\",route=\"%s\",status=\"%s\"}";
            assertEquals(3, value(metrics, at.formatted("", "/h", "2xx")), metrics);
            assertEquals(1, value(metrics, at.formatted("no_worker", "/empty", "5xx")), metrics);
            assertEquals(1, value(metrics, at.formatted("no_route", "", "4xx")), metrics);
            assertEquals(0, value(metrics, "lurcher_requests_in_flight"));
            String route = "{host=\"localhost\",route=\"/h\"}";
            assertEquals(3, value(metrics, "lurcher_request_duration_seconds_count" + route), metrics);
            assertTrue(value(metrics, "lurcher_request_duration_seconds_sum" + route) > 0);
            assertTrue(value(metrics, "lurcher_sent_bytes_total" + route) > 100);
            assertTrue(value(metrics, "lurcher_received_bytes_total") > 200);
            assertEquals(1, value(metrics, "lurcher_connections_open"));
            assertTrue(!metrics.contains("secret") && !metrics.contains("xxxx"), "nothing of a client's is a label");
        }
    }

    @Test
    void showsQueuesAndWorkers() throws IOException {
        try (BrokerHarness broker = builder()
                        .limits(Duration.ofSeconds(60), Duration.ofSeconds(60), 10, 1)
                        .handler("/h", "hello")
                        .start();
                ScriptedWorker worker = broker.worker("hello");
                RawClient one = broker.client();
                RawClient two = broker.client()) {
            String handler = "{endpoint=\"tcp://127.0.0.1:0\",handler=\"hello\"";
            one.get("/h");
            var held = worker.take();
            two.get("/h");
            Await.until("the second waits", () -> broker.pool("hello").queued() == 1);
            String metrics = get(broker, "/metrics");
            assertEquals(1, value(metrics, "lurcher_handler_queue_requests" + handler + "}"), metrics);
            assertTrue(value(metrics, "lurcher_handler_queue_age_seconds" + handler + "}") > 0, metrics);
            assertEquals(1, value(metrics, "lurcher_handler_requests_in_flight" + handler + "}"), metrics);
            assertEquals(2, value(metrics, "lurcher_requests_in_flight"), metrics);
            assertEquals(1, value(metrics, "lurcher_handler_workers" + handler + ",state=\"busy\"}"), metrics);
            worker.answer(held, "x");
            one.answer();
            worker.answer(worker.take(), "x");
            two.answer();
            metrics = get(broker, "/metrics");
            assertEquals(1, value(metrics, "lurcher_handler_workers" + handler + ",state=\"ready\"}"), metrics);
            assertEquals(2, value(metrics, "lurcher_handler_wait_seconds_count" + handler + "}"), metrics);
            assertEquals(2, value(metrics, "lurcher_handler_service_seconds_count" + handler + "}"), metrics);
        }
    }

    @Test
    void showsWhatOthersTell() throws IOException {
        try (BrokerHarness broker = builder().handler("/h", "hello").start()) {
            Facts facts = broker.broker().facts();
            facts.certificates(() -> Map.of("example.com", Instant.ofEpochSecond(1_800_000_000)));
            facts.revision(() -> 42);
            facts.reloaded(true);
            facts.reloaded(false);
            facts.reloaded(false);
            String metrics = get(broker, "/metrics");
            assertEquals(
                    1.8e9,
                    value(metrics, "lurcher_certificate_expiry_timestamp_seconds{certificate=\"example.com\"}"),
                    metrics);
            assertEquals(42, value(metrics, "lurcher_config_revision"), metrics);
            assertEquals(1, value(metrics, "lurcher_config_reloads_total{result=\"applied\"}"), metrics);
            assertEquals(2, value(metrics, "lurcher_config_reloads_total{result=\"refused\"}"), metrics);
            assertTrue(value(metrics, "lurcher_heap_used_bytes") > 0, metrics);
            Await.until("both loops have been measured", () -> {
                String now = get(broker, "/metrics");
                return value(now, "lurcher_event_loop_delay_seconds_count{loop=\"0\"}") > 0
                        && value(now, "lurcher_event_loop_delay_seconds_count{loop=\"1\"}") > 0;
            });
        }
    }

    @Test
    void writesOpenMetricsForThoseWhoAsk() throws IOException {
        try (BrokerHarness broker = builder().handler("/h", "hello").start();
                RawClient client = new RawClient(broker.broker().admin().orElseThrow())) {
            String answer = client.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n"
                            + "Accept: application/openmetrics-text;version=1.0.0\r\n\r\n")
                    .untilEnd();
            assertTrue(answer.contains("\r\ncontent-type: application/openmetrics-text;"), answer);
            assertTrue(answer.endsWith("# EOF\n"), answer);
        }
    }

    @Test
    void isReadyWhenRequiredHandlersHaveWorkersAndItIsNotStopping() throws Exception {
        HandlerPolicy usual = HandlerPolicy.USUAL;
        HandlerPolicy required =
                new HandlerPolicy(usual.retry(), usual.retryLimit(), usual.onEmpty(), usual.affinity(), true);
        try (BrokerHarness broker =
                builder().policy(required).handler("/h", "hello").start()) {
            assertTrue(get(broker, "/health").endsWith("\r\n\r\nup\n"));
            String unready = get(broker, "/ready");
            assertTrue(unready.startsWith("HTTP/1.1 503 "), unready);
            assertTrue(unready.endsWith("not ready: no worker of hello\n"), unready);
            try (ManagedWorker worker = broker.managedWorker("hello")) {
                worker.hello("w", 1);
                Await.until("it is ready", () -> get(broker, "/ready").startsWith("HTTP/1.1 200 "));
                assertEquals(1, value(get(broker, "/metrics"), "lurcher_ready"));
                broker.broker().drain(Duration.ZERO);
                assertTrue(get(broker, "/ready").endsWith("not ready: stopping\n"));
                String metrics = get(broker, "/metrics");
                assertEquals(0, value(metrics, "lurcher_ready"), metrics);
                assertEquals(1, value(metrics, "lurcher_draining"), metrics);
                assertTrue(get(broker, "/health").endsWith("\r\n\r\nup\n"), "and yet it lives");
            }
        }
    }

    @Test
    void saysWhyARequestFailed() throws IOException {
        try (BrokerHarness broker = builder()
                        .limits(Duration.ofMillis(100), Duration.ofSeconds(5), 10, 1)
                        .handler("/h", "hello")
                        .start();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            String answer = client.get("/h/what?secret").answer();
            assertTrue(answer.startsWith("HTTP/1.1 504 "), answer);
            Matcher id = REQUEST_ID.matcher(answer);
            assertTrue(id.find(), answer);

            JsonNode why = json(get(broker, "/why/" + id.group(1)));
            assertEquals(id.group(1), why.path("request").asText());
            assertEquals("/h/what", why.path("path").asText());
            assertEquals("/h", why.path("route").asText());
            assertEquals(1, why.path("route_row").asInt());
            assertEquals("handler hello", why.path("target").asText());
            assertEquals(504, why.path("status").asInt());
            assertEquals("refused", why.path("outcome").asText());
            assertEquals("worker_timeout", why.path("reason").asText());
            assertEquals(1, why.path("attempts").asInt());
            assertTrue(why.path("worker").path("name").asText().startsWith("127.0.0.1:"), why::toString);
            assertTrue(why.path("duration_us").asLong() >= 100_000, why::toString);
            assertEquals(
                    id.group(1),
                    json(get(broker, "/why")).path(0).path("request").asText());
            assertTrue(get(broker, "/why/0000000000000000").startsWith("HTTP/1.1 404 "));
            assertTrue(get(broker, "/why/nonsense").startsWith("HTTP/1.1 400 "));
        }
    }

    private static JsonNode json(String answer) throws IOException {
        assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
        return new ObjectMapper().readTree(answer.substring(answer.indexOf("\r\n\r\n")));
    }
}
