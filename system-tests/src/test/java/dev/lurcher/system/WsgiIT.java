package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lurcher.broker.testing.RawClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** WSGI applications, run by wsgi.py behind a broker. */
@Timeout(120)
class WsgiIT {
    private static final String APPLICATION = "wsgi_app:app";
    private static final Pattern NUMBER = Pattern.compile("Internal Server Error, ([0-9a-f]{12})\n");

    @TempDir
    private Path directory;

    private PythonSite site;

    @BeforeEach
    void configure() throws Exception {
        site = PythonSite.in(directory, "").with("wsgi_app.py");
    }

    @Test
    void anApplicationKnowsTheRequest() throws Exception {
        try (BrokerProcess broker = site.broker();
                Running worker = site.worker("wsgi.py", APPLICATION)) {
            HttpResponse<String> answer = site.http()
                    .send(
                            site.request("/environ/a%20b?x=%20&y")
                                    .header("X-Two", "1")
                                    .header("X-Two", "2")
                                    .header("X_Under", "3")
                                    .header("Proxy", "4")
                                    .header("Content-Type", "text/x")
                                    .POST(BodyPublishers.ofString("content"))
                                    .build(),
                            BodyHandlers.ofString());
            JsonNode environ = new ObjectMapper().readTree(answer.body());
            assertEquals("/environ/a b", environ.path("PATH_INFO").asText());
            assertEquals("", environ.path("SCRIPT_NAME").asText());
            assertEquals("x=%20&y", environ.path("QUERY_STRING").asText());
            assertEquals("/environ/a%20b?x=%20&y", environ.path("REQUEST_URI").asText());
            assertEquals("POST", environ.path("REQUEST_METHOD").asText());
            assertEquals("HTTP/1.1", environ.path("SERVER_PROTOCOL").asText());
            assertEquals("127.0.0.1", environ.path("SERVER_NAME").asText());
            assertEquals(
                    Integer.toString(site.uri("/").getPort()),
                    environ.path("SERVER_PORT").asText());
            assertEquals("http", environ.path("wsgi.url_scheme").asText());
            assertEquals("127.0.0.1", environ.path("REMOTE_ADDR").asText());
            assertEquals("1,2", environ.path("HTTP_X_TWO").asText());
            assertFalse(environ.has("HTTP_X_UNDER"), "names that may be taken for others are left out");
            assertFalse(environ.has("HTTP_PROXY"));
            assertEquals("text/x", environ.path("CONTENT_TYPE").asText());
            assertEquals("7", environ.path("CONTENT_LENGTH").asText());
            assertEquals("content", environ.path("body").asText());
            assertTrue(answer.headers().firstValue("Date").isPresent());
        }
    }

    /** The standard library's own check of both sides. */
    @Test
    void theValidatorHasNothingToSay() throws Exception {
        try (BrokerProcess broker = site.broker();
                Running worker = site.worker("wsgi.py", APPLICATION)) {
            for (String content : List.of("", "1", "content")) {
                assertEquals(
                        content,
                        site.put("/validated?a=b", BodyPublishers.ofString(content))
                                .body());
            }
            assertEquals(200, site.get("/validated").statusCode());
            worker.errors().await(line -> line.equals("validated"));
            assertEquals(
                    "HTTP/1.1 200 OK",
                    site.client()
                            .send("HEAD /validated HTTP/1.0\r\n\r\n")
                            .untilEnd()
                            .lines()
                            .findFirst()
                            .orElse(""));
        }
    }

    @Test
    void answersOfEachKindArrive() throws Exception {
        byte[] large = new byte[5_000_000];
        new Random(1).nextBytes(large);
        Files.write(directory.resolve("large"), large);
        try (BrokerProcess broker = site.broker();
                Running worker = site.worker("wsgi.py", APPLICATION)) {
            HttpResponse<byte[]> file = site.http().send(site.request("/file").build(), BodyHandlers.ofByteArray());
            assertArrayEquals(large, file.body());
            HttpResponse<byte[]> stream =
                    site.http().send(site.request("/stream").build(), BodyHandlers.ofByteArray());
            assertEquals(20_000_000, stream.body().length);
            assertEquals(199, stream.body()[19_999_999] & 0xff);
            assertEquals("one two three", site.get("/write").body());
            assertEquals(418, site.get("/recovers").statusCode());
            String old = site.client()
                    .send("GET /write HTTP/1.0\r\nHost: localhost\r\n\r\n")
                    .untilEnd();
            assertTrue(old.endsWith("\r\n\r\none two three"), old);
            assertThrows(IOException.class, () -> site.get("/short"));
        }
    }

    @Test
    void oneClientThatReadsNothingHoldsNobodyUp() throws Exception {
        try (BrokerProcess broker = site.broker();
                Running worker = site.worker("wsgi.py", APPLICATION, "--threads", "2");
                RawClient idle = site.client()) {
            idle.get("/stream");
            assertTrue(idle.head().contains("Transfer-Encoding: chunked"));
            for (int i = 0; i < 50; i++) {
                assertEquals("hello\n", site.get("/hello").body());
            }
            idle.exactly(20_000_000);
        }
    }

    @Test
    void uploadsByFileAreTheApplications() throws Exception {
        site = PythonSite.in(directory, "\"upload.temp_store\": \"DIRECTORY/up.XXXXXX\"")
                .with("wsgi_app.py");
        uploads(true);
        try (var files = Files.list(directory)) {
            assertEquals(
                    List.of(),
                    files.filter(file -> file.getFileName().toString().startsWith("up."))
                            .toList());
        }
        assertTrue(Files.exists(directory.resolve("moved")));
    }

    @Test
    void uploadsByStreamAreReadAsTheyCome() throws Exception {
        site = PythonSite.in(directory, "\"upload.stream\": 1").with("wsgi_app.py");
        uploads(false);
    }

    private void uploads(boolean byFile) throws Exception {
        try (BrokerProcess broker = site.broker();
                Running worker = site.worker("wsgi.py", APPLICATION, "--threads", "1")) {
            for (int length : List.of(0, 1000, 65_537, 3_000_000)) {
                byte[] content = new byte[length];
                new Random(length).nextBytes(content);
                String expected =
                        Digests.json(content).replace("}", ", \"file\": " + (byFile && length > 65_536) + "}");
                assertEquals(
                        expected,
                        site.put("/digest", BodyPublishers.ofByteArray(content)).body());
                // Of unknown length: in chunks.
                assertEquals(
                        expected,
                        site.put("/digest", BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(content)))
                                .body());
            }
            String lines = "a line\n".repeat(20_000);
            assertEquals(
                    lines.strip().replace('\n', '|'),
                    site.put("/lines", BodyPublishers.ofString(lines)).body());
            if (byFile) {
                assertEquals(
                        "moved\n",
                        site.put("/move", BodyPublishers.ofByteArray(new byte[100_000]))
                                .body());
            }
            worker.signal("TERM");
            assertEquals(0, worker.exitCode());
        }
    }

    @Test
    void failuresAreForTheLogOnly() throws Exception {
        try (BrokerProcess broker = site.broker();
                Running worker = site.worker("wsgi.py", APPLICATION)) {
            HttpResponse<String> failed = site.get("/fail");
            assertEquals(500, failed.statusCode());
            Matcher number = NUMBER.matcher(failed.body());
            assertTrue(number.matches(), failed.body());
            worker.errors().await(line -> line.contains(number.group(1)) && line.contains("GET /fail failed"));
            worker.errors().await(line -> line.equals("RuntimeError: secret"));
            assertThrows(IOException.class, () -> site.get("/fail-late"));
            HttpResponse<String> injected = site.get("/inject?a%0d%0aSet-Cookie:b");
            assertEquals(500, injected.statusCode());
            assertFalse(injected.headers().firstValue("Set-Cookie").isPresent());
            assertEquals("hello\n", site.get("/hello").body());
        }
    }

    @Test
    void fourThreadsAnswerFourClientsAtOnce() throws Exception {
        try (BrokerProcess broker = site.broker();
                Running worker = site.worker("wsgi.py", APPLICATION, "--threads", "4")) {
            for (int round = 0; round < 3; round++) {
                List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    answers.add(site.http().sendAsync(site.request("/meet").build(), BodyHandlers.ofString()));
                }
                for (CompletableFuture<HttpResponse<String>> answer : answers) {
                    assertEquals("met\n", answer.get().body());
                }
            }
        }
    }

    @Test
    void anAnswerWithoutAnEndEndsWithItsClient() throws Exception {
        try (BrokerProcess broker = site.broker();
                Running worker = site.worker("wsgi.py", APPLICATION, "--threads", "1")) {
            try (RawClient client = site.client()) {
                client.get("/endless").head();
                client.exactly(100);
            }
            worker.errors().await(line -> line.equals("endless is closed"));
            assertEquals("hello\n", site.get("/hello").body());
        }
    }

    @Test
    void whatIsUnderWayIsFinishedBeforeTheEnd() throws Exception {
        try (BrokerProcess broker = site.broker();
                Running worker = site.worker("wsgi.py", APPLICATION, "--threads", "1")) {
            CompletableFuture<HttpResponse<String>> slow =
                    site.http().sendAsync(site.request("/slow?1").build(), BodyHandlers.ofString());
            worker.errors().await(line -> line.equals("slow has begun"));
            worker.signal("TERM");
            assertEquals("slow\n", slow.get().body());
            assertEquals(0, worker.exitCode());
        }
    }

    @Test
    void anApplicationThatDoesNotEndIsLeftBehind() throws Exception {
        for (String threads : List.of("1", "4")) {
            try (BrokerProcess broker = site.broker();
                    Running worker = site.worker("wsgi.py", APPLICATION, "--threads", threads, "--stop-time", "0.5")) {
                // Not repeated if it is lost.
                CompletableFuture<HttpResponse<String>> slow = site.http()
                        .sendAsync(
                                site.request("/slow?60")
                                        .POST(BodyPublishers.noBody())
                                        .build(),
                                BodyHandlers.ofString());
                worker.errors().await(line -> line.equals("slow has begun"));
                worker.signal("TERM");
                assertEquals(1, worker.exitCode());
                assertEquals(502, slow.get().statusCode());
            }
        }
    }

    @Test
    void aWorkerWaitsForItsBrokerAndComesBackToIt() throws Exception {
        try (Running worker = site.begin("wsgi.py", APPLICATION)) {
            worker.errors().await(line -> line.contains("Nothing listens at "));
            try (BrokerProcess broker = site.broker()) {
                worker.errors().await(line -> line.contains(PythonSite.READY));
                assertEquals("hello\n", site.get("/hello").body());
            }
            worker.errors().await(line -> line.contains("has ended. Trying on."));
            try (BrokerProcess broker = site.broker()) {
                assertEquals("hello\n", site.get("/hello").body());
                worker.errors().await(line -> line.contains(" again."));
            }
            worker.signal("TERM");
            assertEquals(0, worker.exitCode());
        }
    }

    @Test
    void saysWhatIsWrongWithItsArguments() throws Exception {
        for (List<String> wrong : List.of(
                List.of("wsgi_app:app", "--config", "none.sqlite", "--handler", "site"),
                List.of("wsgi_app:none", "--config", site.database().toString(), "--handler", "site"),
                List.of("none:app", "--config", site.database().toString(), "--handler", "site"),
                List.of("wsgi_app:app", "--config", site.database().toString(), "--handler", "none"))) {
            try (Running worker = site.run("wsgi.py", wrong)) {
                assertEquals(2, worker.exitCode());
                List<String> said = worker.errors().toTheEnd();
                assertEquals(1, said.size(), said::toString);
                assertTrue(said.get(0).startsWith("wsgi.py: "), said::toString);
            }
        }
    }
}
