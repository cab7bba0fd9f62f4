package dev.lurcher.broker.telemetry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.testing.Await;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedWorker;
import dev.lurcher.protocol.RequestMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a broker logs of exchanges that end in different ways. */
class AccessLogIT {
    private static final Pattern REQUEST_ID = Pattern.compile("\r\nX-Request-Id: ([0-9a-f]{16})\r\n");

    @TempDir
    private Path folder;

    /**
     * What is known of an exchange by those who had it.
     *
     * @param requestId as the client was told it; empty where it was not
     * @param connection as the worker was told it; 0 where none was
     */
    private record Had(
            String method, String path, int status, int bytes, String reason, String requestId, long connection) {
        /** One that the broker answered itself. */
        static Had refusal(String method, String path, String answer, long connection) {
            Matcher id = REQUEST_ID.matcher(answer);
            assertTrue(id.find(), answer);
            String reason = answer.replaceAll("(?s).*\r\nX-Lurcher-Reason: ([a-z_]+)\r\n.*", "$1");
            int status = Integer.parseInt(answer.substring(9, 12));
            return new Had(method, path, status, answer.length(), reason, id.group(1), connection);
        }
    }

    /** Has one exchange of each kind with a broker that logs in this format; they are logged in this order. */
    private List<Had> haveAll(AccessFormat format, Path file) throws IOException {
        try (AccessLog log = AccessLog.open(file.toString(), AccessStyle.all(format, "test"));
                BrokerHarness broker = BrokerHarness.builder()
                        .with(Setting.EVENT_LOOPS, "1")
                        .with(Setting.CONTENT_LENGTH, "1000")
                        .log(log::write)
                        .limits(Duration.ofMillis(300), Duration.ofMillis(100), 10, 100)
                        .handler("/h", "hello")
                        .handler("/nobody", "nobody")
                        .start();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            List<Had> all = new ArrayList<>();
            all.add(answered(client, worker));
            all.add(Had.refusal("GET", "/nowhere", client.get("/nowhere").answer(), 0));
            all.add(Had.refusal("GET", "/nobody", client.get("/nobody").answer(), 0));
            client.get("/h/late");
            RequestMessage late = worker.take();
            all.add(Had.refusal("GET", "/h/late", client.answer(), late.connectionId()));
            assertTrue(worker.take().isDisconnect());
            all.add(tooLarge(broker));
            all.add(leftBeforeTheAnswer(broker, worker));
            all.add(leftInTheAnswer(broker, worker));
            Await.until(
                    "both departures are noticed",
                    () -> broker.broker().counters().get(Counter.CLIENT_GONE) == 2);
            return all;
        }
    }

    private static Had answered(RawClient client, ScriptedWorker worker) throws IOException {
        client.send("GET /h/200?a=b HTTP/1.1\r\nHost: localhost\r\nUser-Agent: tester\r\nReferer: there\r\n\r\n");
        RequestMessage request = worker.take();
        worker.answer(request, "content");
        return new Had("GET", "/h/200", 200, client.answer().length(), "", "", request.connectionId());
    }

    private static Had tooLarge(BrokerHarness broker) throws IOException {
        try (RawClient client = broker.client()) {
            client.send("PUT /h/413 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1001\r\n\r\n");
            return Had.refusal("PUT", "/h/413", client.untilEnd(), 0);
        }
    }

    private static Had leftBeforeTheAnswer(BrokerHarness broker, ScriptedWorker worker) throws IOException {
        RawClient client = broker.client().get("/h/gone");
        RequestMessage request = worker.take();
        client.reset();
        assertTrue(worker.take().isDisconnect());
        return new Had("GET", "/h/gone", 0, 0, "client_gone", "", request.connectionId());
    }

    private static Had leftInTheAnswer(BrokerHarness broker, ScriptedWorker worker) throws IOException {
        RawClient client = broker.client().get("/h/broken");
        RequestMessage request = worker.take();
        worker.send(request.connectionId(), "HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\nsome");
        int bytes = (client.head() + client.exactly(4)).length();
        client.reset();
        assertTrue(worker.take().isDisconnect());
        return new Had("GET", "/h/broken", 201, bytes, "client_gone", "", request.connectionId());
    }

    private static void assertMatches(List<String> patterns, Path log) throws IOException {
        List<String> lines = Files.readAllLines(log, ISO_8859_1);
        assertEquals(patterns.size(), lines.size(), lines::toString);
        for (int i = 0; i < lines.size(); i++) {
            assertTrue(lines.get(i).matches(patterns.get(i)), lines.get(i) + "\nis not " + patterns.get(i));
        }
    }

    private static String netstring(String text) {
        return text.length() + ":" + text;
    }

    @Test
    void inMongrel2sFormat() throws IOException {
        Path log = folder.resolve("access.log");
        List<String> patterns = new ArrayList<>();
        for (Had had : haveAll(AccessFormat.MONGREL2, log)) {
            patterns.add("[0-9]+:9:localhost,9:127\\.0\\.0\\.1,[0-9]:[0-9]+#10:[0-9]{10}#3:%s,%s,8:HTTP/1\\.1,%s#%s#]"
                    .formatted(
                            had.method(),
                            netstring(had.path()),
                            netstring(String.valueOf(had.status())),
                            netstring(String.valueOf(had.bytes()))));
        }
        assertMatches(patterns, log);
    }

    @Test
    void inTheCombinedFormat() throws IOException {
        Path log = folder.resolve("access.log");
        List<String> patterns = new ArrayList<>();
        for (Had had : haveAll(AccessFormat.COMBINED, log)) {
            boolean first = had.path().equals("/h/200");
            patterns.add("127\\.0\\.0\\.1 - - \\[[^]]+] \"%s %s HTTP/1\\.1\" %d %d %s [0-9]\\.[0-9]{6}"
                    .formatted(
                            had.method(),
                            had.path() + (first ? "\\?a=b" : ""),
                            had.status(),
                            had.bytes(),
                            first ? "\"there\" \"tester\"" : "\"-\" \"-\""));
        }
        assertMatches(patterns, log);
    }

    @Test
    void inJson() throws IOException {
        Path log = folder.resolve("access.log");
        List<Had> all = haveAll(AccessFormat.JSON, log);
        List<String> lines = Files.readAllLines(log, ISO_8859_1);
        assertEquals(all.size(), lines.size(), lines::toString);
        Set<String> requestIds = new HashSet<>();
        for (int i = 0; i < lines.size(); i++) {
            Had had = all.get(i);
            JsonNode line = new ObjectMapper().readTree(lines.get(i));
            assertEquals(had.method(), line.get("method").asText(), lines.get(i));
            assertEquals(had.path(), line.get("path").asText());
            assertEquals(had.status(), line.get("status").asInt());
            assertEquals(had.bytes(), line.get("bytes").asInt(), lines.get(i));
            assertEquals(had.reason(), line.get("reason").asText(""), lines.get(i));
            assertTrue(had.requestId().isEmpty()
                    || had.requestId().equals(line.get("request").asText()));
            if (had.connection() != 0) {
                assertEquals(had.connection(), line.get("connection").asLong(), lines.get(i));
            }
            requestIds.add(line.get("request").asText());
        }
        assertEquals(all.size(), requestIds.size());
        JsonNode first = new ObjectMapper().readTree(lines.get(0));
        assertEquals("a=b", first.get("query").asText());
        assertEquals(
                "localhost /h hello",
                "%s %s %s"
                        .formatted(
                                first.get("host").asText(),
                                first.get("route").asText(),
                                first.get("handler").asText()));
        assertTrue(new ObjectMapper().readTree(lines.get(1)).get("route").isNull());
        JsonNode late = new ObjectMapper().readTree(lines.get(3));
        assertTrue(late.get("duration_us").asLong() >= 300_000, lines.get(3));
        JsonNode unserved = new ObjectMapper().readTree(lines.get(2));
        assertTrue(unserved.get("queue_us").asLong() >= 100_000, lines.get(2));
    }
}
