package dev.lurcher.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.worker.testing.FakeBroker;
import dev.lurcher.worker.testing.Mongrel2;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Workers of this library serve the real Mongrel2. */
class Mongrel2IT {
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    private Path folder;

    private Mongrel2 mongrel2;

    @BeforeEach
    void start() throws Exception {
        mongrel2 = new Mongrel2(folder);
    }

    @AfterEach
    void stop() throws Exception {
        mongrel2.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/json", "/tnet"})
    void receivesRequestsAndAnswersThem(String route) throws Exception {
        LinkedBlockingQueue<Request> received = new LinkedBlockingQueue<>();
        byte[] content = {'a', 0, '\r', '\n', (byte) 0xff};
        try (ServingWorker worker = serving(route, request -> {
            received.add(request);
            return Response.text("echo").withStatus(201).withField("X-Seen", request.path());
        })) {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(uri(route + "/a%20b?x=1&y=%22"))
                            .header("X-Dup", "one")
                            .header("X-Dup", "t\"w\\o")
                            .POST(BodyPublishers.ofByteArray(content))
                            .build(),
                    BodyHandlers.ofString());
            assertEquals(201, response.statusCode());
            assertEquals("echo", response.body());
            assertEquals(
                    route + "/a%20b", response.headers().firstValue("x-seen").orElseThrow());

            Request request = received.poll(20, TimeUnit.SECONDS);
            assertEquals("POST", request.method());
            assertEquals(route + "/a%20b", request.path());
            assertEquals("x=1&y=%22", request.query());
            assertEquals(route + "/a%20b?x=1&y=%22", request.uri());
            assertEquals("HTTP/1.1", request.version());
            assertEquals(route, request.pattern());
            assertEquals("http", request.scheme());
            assertEquals("127.0.0.1", request.remoteAddress());
            assertEquals("127.0.0.1", request.field("X-Forwarded-For"));
            assertEquals("[one, t\"w\\o]", request.fields().all("X-DUP").toString());
            assertArrayEquals(content, request.content());
        }
    }

    @Test
    void answersManyRequestsOfOneConnection() throws Exception {
        try (ServingWorker worker = serving("/json", request -> Response.text(request.uri()))) {
            for (int i = 0; i < 200; i++) {
                assertEquals("/json?" + i, get("/json?" + i));
            }
        }
    }

    @Test
    void findsItsHandlerInTheDatabase() throws Exception {
        Endpoints endpoints = Endpoints.read(mongrel2.database(), Mongrel2.TNETSTRING_SENDER);
        assertEquals(endpoints, Endpoints.read(mongrel2.database(), "/tnet"));
        try (ServingWorker worker =
                new ServingWorker(Worker.builder().brokers(endpoints), r -> Response.text("found"))) {
            assertEquals("found", get("/tnet"));
        }
    }

    @Test
    void answersRequestsThatCameBeforeTheWorker() throws Exception {
        CompletableFuture<HttpResponse<String>> early =
                client.sendAsync(HttpRequest.newBuilder(uri("/json")).build(), BodyHandlers.ofString());
        try (ServingWorker worker = serving("/json", request -> Response.text("first"))) {
            assertEquals("first", early.get(20, TimeUnit.SECONDS).body());
        }
    }

    @Test
    void isRecognisedSoon() throws Exception {
        try (LogCapture log = new LogCapture()) {
            long start = System.nanoTime();
            try (ServingWorker worker = serving("/json", request -> Response.text("soon"))) {
                log.await("takes no managed workers: it is spoken to as Mongrel2");
                long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
                assertTrue(millis < 2000, millis + " ms");
                assertEquals("soon", get("/json"));
            }
        }
    }

    @Test
    void isSpokenToAsItIsWhereTheWorkerIsToldSo() throws Exception {
        WorkerBuilder settings = Worker.builder().brokers(Endpoints.read(mongrel2.database(), "/json"));
        try (ServingWorker worker = new ServingWorker(settings.classic(true), r -> Response.text("classic"))) {
            assertEquals("classic", get("/json"));
        }
    }

    @Test
    void isRecognisedWhenItComesLater() throws Exception {
        mongrel2.close();
        try (LogCapture log = new LogCapture();
                ServingWorker worker = serving("/json", request -> Response.text("late"))) {
            log.await("Nothing listens at");
            mongrel2.restart();
            assertEquals("late", get("/json"));
        }
    }

    @Test
    void getsAStreamInChunks() throws Exception {
        int total = 600_000;
        try (ServingWorker worker = serving(
                "/json", request -> Response.of(200).withBody("text/plain", body -> body.write(new byte[total])))) {
            assertEquals(total, get("/json").length());
            String old = exchange("GET /json HTTP/1.0\r\n\r\n");
            assertEquals(total, old.length() - old.indexOf("\r\n\r\n") - 4);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /json HTTP/1.0\r\n\r\n",
                "GET /json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            })
    void closesConnectionsThatAreNotKept(String request) throws Exception {
        try (ServingWorker worker = serving("/json", r -> Response.text("bye"))) {
            String answer = exchange(request);
            assertTrue(answer.startsWith("HTTP/1.1 200 OK\r\n"), answer);
            assertTrue(answer.contains("\r\nConnection: close\r\n"), answer);
            assertTrue(answer.endsWith("\r\n\r\nbye"), answer);
        }
    }

    @Test
    void tellsOfClientsThatAreGone() throws Exception {
        LinkedBlockingQueue<Client> gone = new LinkedBlockingQueue<>();
        LinkedBlockingQueue<Client> known = new LinkedBlockingQueue<>();
        WorkerBuilder settings = Worker.builder().brokers(Endpoints.read(mongrel2.database(), "/json"));
        try (ServingWorker worker = new ServingWorker(settings.onDisconnect(gone::add), request -> {
            known.add(request.client());
            return Response.none();
        })) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), mongrel2.port())) {
                socket.getOutputStream().write("GET /json HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(ISO_8859_1));
                Client client = known.poll(20, TimeUnit.SECONDS);
                socket.close();
                assertEquals(client, gone.poll(20, TimeUnit.SECONDS));
            }
        }
    }

    @Test
    void answersJsonMessages() throws Exception {
        try (ServingWorker worker = serving("@chat", request -> {
            assertTrue(request.isJsonMessage());
            request.send(("{\"heard\":" + request.text() + "}").getBytes(ISO_8859_1));
            request.close();
            return Response.none();
        })) {
            String answer = exchange("@chat {\"type\":\"msg\"}\0");
            assertEquals(
                    "{\"heard\":{\"type\":\"msg\"}}",
                    new String(Base64.getDecoder().decode(answer), ISO_8859_1));
        }
    }

    private ServingWorker serving(String handler, Responder responder) {
        return new ServingWorker(Worker.builder().brokers(Endpoints.read(mongrel2.database(), handler)), responder);
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + mongrel2.port() + path);
    }

    private String get(String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString())
                .body();
    }

    /** Sends bytes and reads until the server closes. */
    private String exchange(String bytes) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), mongrel2.port())) {
            socket.setSoTimeout((int) FakeBroker.DEADLINE.toMillis());
            socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), ISO_8859_1);
        }
    }
}
