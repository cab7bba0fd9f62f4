package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An HTTP server in Python behind a broker, as docs/proxying.md configures it; clients are Java's. */
@Timeout(60)
class ProxyIT {
    private static final Pattern SQL = Pattern.compile("(?ms)^```sql\n(.*?)^```$");
    private static final int LARGE = 3_000_000;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    private Path directory;

    private Running origin;
    private BrokerProcess broker;

    @BeforeEach
    void start() throws Exception {
        Path files = directory.resolve("files");
        Files.createDirectories(files.resolve("app"));
        byte[] large = new byte[LARGE];
        new Random(1).nextBytes(large);
        Files.write(files.resolve("app/large"), large);
        Path script = directory.resolve("origin.py");
        try (InputStream source = ProxyIT.class.getResourceAsStream("/origin.py")) {
            Files.write(script, source.readAllBytes());
        }
        origin = Running.start("origin", files, Map.of(), List.of("python3", script.toString()));
        broker = BrokerProcess.start(database(origin.output().next()), "demo");
    }

    /** The demo's, with the rows of the document but the origin's port and this test's. */
    private Path database(String originPort) throws Exception {
        Path sources = ProjectCopy.SOURCES;
        String document = Files.readString(sources.resolve("docs/proxying.md"));
        String rows =
                SQL.matcher(document).results().map(block -> block.group(1)).collect(Collectors.joining());
        assertTrue(rows.contains("8080"), rows);
        String everything = rows.replace("8080", originPort)
                + "UPDATE proxy SET connections = 8, timeout = '20s';"
                + "INSERT INTO route (host_id, path, target_id, target_type) VALUES (1, '/fields', 1, 'proxy');"
                + "UPDATE handler SET send_spec = 'ipc://run/send' || id, recv_spec = 'ipc://run/recv' || id;"
                + "UPDATE server SET port = " + Addresses.freePort() + ";";
        Path database = directory.resolve("config.sqlite");
        Path script = directory.resolve("config.sql");
        Files.writeString(script, Files.readString(sources.resolve("config.sqlite.sql")) + everything);
        Files.createDirectories(directory.resolve("run"));
        Files.createDirectories(directory.resolve("logs"));
        Finished made = Finished.run(
                directory,
                Map.of(),
                Duration.ofSeconds(20),
                List.of("sqlite3", database.toString(), ".read " + script));
        assertEquals(0, made.exitCode(), made::output);
        return database;
    }

    @AfterEach
    void stop() throws Exception {
        try {
            broker.close();
        } finally {
            origin.close();
        }
    }

    private URI uri(String scheme, String path) {
        return URI.create(scheme + "://localhost:" + broker.address().getPort() + path);
    }

    private HttpResponse<byte[]> send(String method, String path, BodyPublisher content)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri("http", path))
                .method(method, content)
                .build();
        return http.send(request, BodyHandlers.ofByteArray());
    }

    @Test
    void servesTheFilesOfTheServerBehind() throws Exception {
        byte[] large = Files.readAllBytes(directory.resolve("files/app/large"));
        for (int i = 0; i < 3; i++) {
            assertArrayEquals(
                    large, send("GET", "/app/large", BodyPublishers.noBody()).body());
        }
        HttpResponse<byte[]> head = send("HEAD", "/app/large", BodyPublishers.noBody());
        assertEquals(LARGE, head.headers().firstValueAsLong("Content-Length").orElse(0));
        assertEquals(404, send("GET", "/app/none", BodyPublishers.noBody()).statusCode());
    }

    @Test
    void passesContentOnWithALengthAndInChunks() throws Exception {
        byte[] content = new byte[LARGE];
        new Random(2).nextBytes(content);
        assertArrayEquals(
                content,
                send("POST", "/app/echo", BodyPublishers.ofByteArray(content)).body());
        BodyPublisher chunked = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(content));
        assertArrayEquals(content, send("POST", "/app/echo", chunked).body());
    }

    @Test
    void saysWhoAsks() throws Exception {
        String fields =
                new String(send("GET", "/fields", BodyPublishers.noBody()).body(), StandardCharsets.US_ASCII);
        String host = "localhost:" + broker.address().getPort();
        assertTrue(fields.contains("Host: " + host + "\n"), fields);
        assertTrue(fields.contains("X-Forwarded-For: 127.0.0.1\n"), fields);
        assertTrue(fields.contains("Forwarded: for=127.0.0.1;host=\"" + host + "\";proto=http\n"), fields);
        assertTrue(fields.contains("Via: 1.1 lurcher\n"), fields);
    }

    @Test
    void passesAWebSocket() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        WebSocket socket = http.newWebSocketBuilder()
                .buildAsync(uri("ws", "/app/chat"), new Collector(heard))
                .get(20, TimeUnit.SECONDS);
        String lengthy = "x".repeat(100_000);
        for (String text : List.of("hello", "", "\u00fcml\u00e4ut", lengthy)) {
            socket.sendText(text, true).get(20, TimeUnit.SECONDS);
            assertEquals(text, heard.poll(20, TimeUnit.SECONDS));
        }
        socket.sendClose(1000, "bye").get(20, TimeUnit.SECONDS);
        assertEquals("closed 1000", heard.poll(20, TimeUnit.SECONDS));
    }

    /** Puts whole messages into a queue. */
    private static final class Collector implements WebSocket.Listener {
        private final BlockingQueue<String> heard;
        private final StringBuilder parts = new StringBuilder();

        Collector(BlockingQueue<String> heard) {
            this.heard = heard;
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            parts.append(text);
            if (last) {
                heard.add(parts.toString());
                parts.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            heard.add("closed " + code);
            return null;
        }
    }

    @Test
    void saysWhenTheServerBehindIsGone() throws Exception {
        send("GET", "/app/none", BodyPublishers.noBody());
        origin.signal("KILL");
        origin.exitCode();
        HttpResponse<byte[]> answer = send("GET", "/app/none", BodyPublishers.noBody());
        assertEquals(502, answer.statusCode());
        assertEquals(
                "upstream_unreachable",
                answer.headers().firstValue("X-Lurcher-Reason").orElse(""));
    }
}
