package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.WebSocketClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** ASGI applications, run by asgi.py behind a broker. */
@Timeout(120)
class AsgiIT {
    private static final String APPLICATION = "asgi_app:app";

    @TempDir
    private Path directory;

    private PythonSite site;

    @BeforeEach
    void configure() throws Exception {
        site = PythonSite.in(directory, "").with("asgi_app.py");
    }

    @Test
    void anApplicationKnowsTheRequest() throws Exception {
        try (BrokerProcess broker = site.broker();
                Running worker = site.worker("asgi.py", APPLICATION, "--root-path", "/scope")) {
            HttpResponse<String> answer = site.http()
                    .send(
                            site.request("/scope/a%20%C3%BC?x=%20")
                                    .header("X-Two", "1")
                                    .header("X-Two", "2")
                                    .POST(BodyPublishers.ofString("content"))
                                    .build(),
                            BodyHandlers.ofString());
            JsonNode scope = new ObjectMapper().readTree(answer.body());
            assertEquals("http", scope.path("type").asText());
            assertEquals("3.0", scope.path("asgi").path("version").asText());
            assertEquals("1.1", scope.path("http_version").asText());
            assertEquals("POST", scope.path("method").asText());
            assertEquals("http", scope.path("scheme").asText());
            assertEquals("/scope/a \u00fc", scope.path("path").asText());
            assertEquals("/scope/a%20%C3%BC", scope.path("raw_path").asText());
            assertEquals("/scope", scope.path("root_path").asText());
            assertEquals("x=%20", scope.path("query_string").asText());
            assertEquals("127.0.0.1", scope.path("client").path(0).asText());
            assertEquals(site.uri("/").getPort(), scope.path("server").path(1).asInt());
            assertTrue(scope.path("headers").toString().contains("[\"x-two\",\"1\"],[\"x-two\",\"2\"]"), answer.body());
            assertEquals("content", scope.path("body").asText());
        }
    }

    @Test
    void theLifespanBeginsBeforeAndEndsAfterAllRequests() throws Exception {
        try (BrokerProcess broker = site.broker();
                Running worker = site.worker("asgi.py", APPLICATION)) {
            assertEquals("hello of the lifespan", site.get("/hello").body());
            CompletableFuture<HttpResponse<String>> slow =
                    site.http().sendAsync(site.request("/slow?1").build(), BodyHandlers.ofString());
            worker.errors().await(line -> line.equals("slow has begun"));
            worker.signal("TERM");
            assertEquals("slow\n", slow.get().body());
            worker.errors().await(line -> line.equals("lifespan is over"));
            assertEquals(0, worker.exitCode());
        }
        try (Running worker = site.begin("asgi.py", "asgi_app:fails_to_start")) {
            worker.errors().await(line -> line.contains("cannot start: no database"));
            assertEquals(3, worker.exitCode());
        }
    }

    @Test
    void oneClientThatReadsNothingHoldsNobodyUp() throws Exception {
        try (BrokerProcess broker = site.broker();
                Running worker = site.worker("asgi.py", APPLICATION);
                RawClient idle = site.client()) {
            idle.get("/stream").head();
            for (int i = 0; i < 50; i++) {
                assertEquals("hello of the lifespan", site.get("/hello").body());
            }
            assertFalse(
                    worker.errors().all().contains("all is written"),
                    "all was written for a client that reads nothing");
            HttpResponse<byte[]> taken =
                    site.http().send(site.request("/stream").build(), BodyHandlers.ofByteArray());
            assertEquals(20_000_000, taken.body().length);
            assertEquals(199, taken.body()[19_999_999] & 0xff);
            idle.exactly(20_000_000);
        }
    }

    @Test
    void uploadsByFileAndByStreamArrive() throws Exception {
        for (String settings : List.of("\"upload.temp_store\": \"DIRECTORY/up.XXXXXX\"", "\"upload.stream\": 1")) {
            site = PythonSite.in(directory, settings).with("asgi_app.py");
            boolean byFile = settings.contains("temp_store");
            try (BrokerProcess broker = site.broker();
                    Running worker = site.worker("asgi.py", APPLICATION)) {
                for (int length : List.of(0, 1000, 65_537, 3_000_000)) {
                    byte[] content = new byte[length];
                    new Random(length).nextBytes(content);
                    String expected =
                            Digests.json(content).replace("}", ", \"file\": " + (byFile && length > 65_536) + "}");
                    assertEquals(
                            expected,
                            site.put("/digest", BodyPublishers.ofByteArray(content))
                                    .body());
                    assertEquals(
                            expected,
                            site.put("/digest", BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(content)))
                                    .body());
                }
                worker.signal("TERM");
                assertEquals(0, worker.exitCode());
            }
        }
    }

    @Test
    void failuresAreForTheLogOnly() throws Exception {
        try (BrokerProcess broker = site.broker();
                Running worker = site.worker("asgi.py", APPLICATION)) {
            for (String path : List.of("/fail", "/nothing", "/inject?a%0d%0aSet-Cookie:b")) {
                HttpResponse<String> failed = site.get(path);
                assertEquals(500, failed.statusCode(), path);
                assertTrue(failed.body().matches("Internal Server Error, [0-9a-f]{12}\n"), failed.body());
                assertFalse(failed.headers().firstValue("Set-Cookie").isPresent());
            }
            worker.errors().await(line -> line.equals("RuntimeError: secret"));
            assertThrows(IOException.class, () -> site.get("/fail-late"));
        }
    }

    @Test
    void anApplicationHearsThatItsClientIsGone() throws Exception {
        try (BrokerProcess broker = site.broker();
                Running worker = site.worker("asgi.py", APPLICATION)) {
            try (RawClient client = site.client()) {
                client.get("/poll");
                worker.errors().await(line -> line.equals("poll has begun"));
                client.reset();
            }
            worker.errors().await(line -> line.equals("poll is over"));
            try (RawClient client = site.client()) {
                client.get("/endless").head();
                client.exactly(100);
            }
            worker.errors().await(line -> line.equals("endless is over"));
        }
    }

    @Test
    void aWebSocketSaysWhatItHears() throws Exception {
        try (BrokerProcess broker = site.broker();
                Running worker = site.worker("asgi.py", APPLICATION)) {
            try (WebSocketClient client = new WebSocketClient(site.client())) {
                String head = open(client, "/echo", "Sec-WebSocket-Protocol: a, b");
                assertTrue(head.contains("Sec-WebSocket-Accept: " + WebSocketClient.TOKEN + "\r\n"), head);
                assertTrue(head.contains("Sec-WebSocket-Protocol: b\r\n"), head);
                assertTrue(head.contains("x-a: b\r\n"), head);
                assertEquals(
                        "81:gr\u00c3\u00bcn",
                        client.send(0x81, "gr\u00c3\u00bcn").frame());
                assertEquals("82:\0\u00ff", client.send(0x82, "\0\u00ff").frame());
                assertEquals("8a:pong", client.send(0x89, "pong").frame());
                assertEquals(
                        "81:" + "x".repeat(1000),
                        client.send(0x81, "x".repeat(1000)).frame());
                assertEquals(1000, client.send(0x88, "\u0003\u00e8bye").closeCode());
                worker.errors().await(line -> line.equals("disconnect 1000 bye"));
            }
            try (WebSocketClient client = new WebSocketClient(site.client())) {
                open(client, "/echo");
            }
            worker.errors().await(line -> line.startsWith("disconnect 1006"));
        }
    }

    @Test
    void anApplicationEndsAWebSocket() throws Exception {
        try (BrokerProcess broker = site.broker();
                Running worker = site.worker("asgi.py", APPLICATION)) {
            assertEquals(4001, closeCodeAfter("/echo", "close"));
            assertEquals(1000, closeCodeAfter("/echo", "return"));
            assertEquals(1011, closeCodeAfter("/echo", "fail"));
            worker.errors().await(line -> line.equals("RuntimeError: secret"));
            try (WebSocketClient client = new WebSocketClient(site.client())) {
                assertTrue(client.ask("/refuse").raw().answer().startsWith("HTTP/1.1 403 "));
            }
            try (WebSocketClient client = new WebSocketClient(site.client())) {
                String denied = client.ask("/deny").raw().head();
                assertTrue(denied.startsWith("HTTP/1.1 401 ") && denied.contains("www-authenticate: Basic"), denied);
            }
            try (WebSocketClient client = new WebSocketClient(site.client())) {
                assertTrue(client.ask("/fail").raw().answer().startsWith("HTTP/1.1 500 "));
            }
        }
    }

    @Test
    void aFloodThatNobodyListensToIsEnded() throws Exception {
        try (BrokerProcess broker = site.broker();
                Running worker = site.worker("asgi.py", APPLICATION);
                WebSocketClient client = new WebSocketClient(site.client())) {
            open(client, "/deaf");
            for (int i = 0; i < 1100; i++) {
                client.send(0x81, "x");
            }
            assertEquals(1013, client.closeCode());
            worker.signal("KILL");
        }
    }

    @Test
    void webSocketsAreToldThatTheirWorkerStops() throws Exception {
        try (BrokerProcess broker = site.broker();
                Running worker = site.worker("asgi.py", APPLICATION);
                WebSocketClient client = new WebSocketClient(site.client())) {
            open(client, "/echo");
            assertEquals("81:x", client.send(0x81, "x").frame());
            worker.signal("TERM");
            assertEquals(1012, client.closeCode());
            worker.errors().await(line -> line.startsWith("disconnect 1012"));
            assertEquals(0, worker.exitCode());
        }
    }

    private int closeCodeAfter(String path, String said) throws IOException {
        try (WebSocketClient client = new WebSocketClient(site.client())) {
            open(client, path);
            return client.send(0x81, said).closeCode();
        }
    }

    private static String open(WebSocketClient client, String path, String... fields) throws IOException {
        String head = client.ask(path, fields).raw().head();
        assertTrue(head.startsWith("HTTP/1.1 101 "), head);
        return head;
    }
}
