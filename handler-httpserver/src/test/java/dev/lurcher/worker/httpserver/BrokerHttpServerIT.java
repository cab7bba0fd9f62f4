package dev.lurcher.worker.httpserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.BasicAuthenticator;
import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.SimpleFileServer;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.testing.RawClient;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Handlers of the JDK's HTTP server, through a broker and back. */
@Timeout(120)
class BrokerHttpServerIT {
    @TempDir
    private Path folder;

    private HttpServerSite site;

    @BeforeEach
    void start() {
        site = new HttpServerSite(Map.of());
    }

    @AfterEach
    void stop() {
        site.close();
    }

    @Test
    void aHandlerKnowsTheRequest() throws Exception {
        site.server().createContext("/a", exchange -> {
            String content = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            exchange.getResponseHeaders().add("X-Two", "1");
            exchange.getResponseHeaders().add("X-Two", "2");
            String text = String.join(
                    " ",
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    exchange.getProtocol(),
                    String.valueOf(exchange.getRequestHeaders().get("x-three")),
                    exchange.getRemoteAddress().getAddress().getHostAddress(),
                    content);
            reply(exchange, 201, text);
        });
        site.server().start();
        HttpResponse<String> answer = site.send(site.request("/a/b%20c?d=e")
                .header("X-Three", "3")
                .header("X-Three", "4")
                .POST(BodyPublishers.ofString("content")));
        assertEquals(201, answer.statusCode());
        assertEquals("POST /a/b%20c?d=e HTTP/1.1 [3, 4] 127.0.0.1 content", answer.body());
        assertEquals(List.of("1", "2"), answer.headers().allValues("X-Two"));
        assertTrue(answer.headers().firstValue("Date").isPresent());
    }

    @Test
    void theLengthSaysHowContentIsSent() throws Exception {
        site.server().createContext("/chunks", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream body = exchange.getResponseBody()) {
                body.write("one".getBytes(UTF_8));
                body.flush();
                body.write("two".getBytes(UTF_8));
            }
        });
        site.server().createContext("/nothing", exchange -> exchange.sendResponseHeaders(204, -1));
        site.server().createContext("/empty", exchange -> exchange.sendResponseHeaders(200, -1));
        site.server().createContext("/known", exchange -> reply(exchange, 200, "known"));
        site.server().start();
        HttpResponse<String> chunks = site.get("/chunks");
        assertEquals("onetwo", chunks.body());
        assertEquals("chunked", chunks.headers().firstValue("Transfer-Encoding").orElse(""));
        assertFalse(site.get("/nothing").headers().firstValue("Content-Length").isPresent());
        assertEquals(
                "0", site.get("/empty").headers().firstValue("Content-Length").orElse(""));
        assertEquals(
                "5", site.get("/known").headers().firstValue("Content-Length").orElse(""));
        try (RawClient client = site.client()) {
            String old = client.send("GET /chunks HTTP/1.0\r\n\r\n").untilEnd();
            assertTrue(old.endsWith("\r\n\r\nonetwo"), old);
        }
    }

    @Test
    void filesOfTheJdksOwnHandlerAreServed() throws Exception {
        byte[] large = new byte[3_000_000];
        Files.write(folder.resolve("large.bin"), large);
        Files.writeString(folder.resolve("a.txt"), "text");
        site.server().createContext("/", SimpleFileServer.createFileHandler(folder.toAbsolutePath()));
        site.server().start();
        HttpResponse<String> text = site.get("/a.txt");
        assertEquals("text", text.body());
        assertEquals("text/plain", text.headers().firstValue("Content-Type").orElse(""));
        assertTrue(site.get("/").body().contains("large.bin"));
        byte[] got = site.http()
                .send(site.request("/large.bin").build(), BodyHandlers.ofByteArray())
                .body();
        assertEquals(large.length, got.length);
        assertEquals(404, site.get("/missing").statusCode());
        HttpResponse<String> head = site.send(site.request("/a.txt").method("HEAD", BodyPublishers.noBody()));
        assertEquals("4", head.headers().firstValue("Content-Length").orElse(""));
        assertEquals("", head.body());
        assertEquals(405, site.send(site.request("/a.txt").DELETE()).statusCode());
    }

    @Test
    void theLongestPathIsMetWithItsFiltersAndAttributes() throws Exception {
        site.server().createContext("/", exchange -> reply(exchange, 200, "root"));
        HttpContext context = site.server().createContext("/in");
        context.setHandler(exchange ->
                reply(exchange, 200, exchange.getAttribute("context's") + " " + exchange.getAttribute("exchange's")));
        context.getAttributes().put("context's", "c");
        context.getFilters().add(Filter.beforeHandler("sets", exchange -> exchange.setAttribute("exchange's", "e")));
        site.server().createContext("/bare");
        site.server().start();
        assertEquals("root", site.get("/other").body());
        assertEquals("c e", site.get("/in/side").body());
        assertEquals(500, site.get("/bare").statusCode());
        site.server().removeContext(context);
        assertEquals("root", site.get("/in/side").body());
        site.server().removeContext("/");
        HttpResponse<String> missing = site.get("/other");
        assertEquals(404, missing.statusCode());
        assertEquals("<h1>404 Not Found</h1>No context found for request", missing.body());
    }

    @Test
    void anAuthenticatorIsAsked() throws Exception {
        HttpContext context = site.server()
                .createContext(
                        "/",
                        exchange -> reply(exchange, 200, exchange.getPrincipal().getUsername()));
        context.setAuthenticator(new BasicAuthenticator("here") {
            @Override
            public boolean checkCredentials(String user, String password) {
                return user.equals("anna") && password.equals("secret");
            }
        });
        site.server().start();
        HttpResponse<String> unknown = site.get("/");
        assertEquals(401, unknown.statusCode());
        assertTrue(unknown.headers().firstValue("WWW-Authenticate").isPresent());
        HttpResponse<String> known = site.send(site.request("/").header("Authorization", "Basic YW5uYTpzZWNyZXQ="));
        assertEquals("anna", known.body());
    }

    @Test
    void mistakesOfAHandlerAreToldToIt() throws Exception {
        CompletableFuture<String> twice = new CompletableFuture<>();
        CompletableFuture<String> tooMuch = new CompletableFuture<>();
        CompletableFuture<String> tooEarly = new CompletableFuture<>();
        site.server().createContext("/wrong", exchange -> {
            tooEarly.complete(message(() -> exchange.getResponseBody().write(1)));
            exchange.sendResponseHeaders(200, 2);
            twice.complete(message(() -> exchange.sendResponseHeaders(200, 2)));
            tooMuch.complete(message(() -> exchange.getResponseBody().write(new byte[3])));
            exchange.getResponseBody().write(new byte[] {'o', 'k'});
            exchange.close();
        });
        site.server().start();
        assertEquals("ok", site.get("/wrong").body());
        assertEquals("headers already sent", twice.get(20, TimeUnit.SECONDS));
        assertEquals("too many bytes to write to stream", tooMuch.get(20, TimeUnit.SECONDS));
        assertEquals("response headers not sent yet", tooEarly.get(20, TimeUnit.SECONDS));
    }

    @Test
    void anAnswerThatFailsIsNoWholeOne() throws Exception {
        site.server().createContext("/throws", exchange -> {
            throw new IllegalStateException("on purpose");
        });
        site.server().createContext("/late", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(1);
            exchange.getResponseBody().flush();
            throw new IllegalStateException("on purpose");
        });
        site.server().createContext("/short", exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write(1);
            exchange.close();
        });
        site.server().start();
        assertEquals(500, site.get("/throws").statusCode());
        assertThrows(IOException.class, () -> site.get("/late"));
        assertThrows(IOException.class, () -> site.get("/short"));
    }

    @Test
    void largeContentComesByStream() throws Exception {
        site.close();
        site = new HttpServerSite(Map.of(Setting.UPLOAD_STREAM, "1"));
        site.server().createContext("/count", exchange -> {
            long count = exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
            reply(exchange, 200, Long.toString(count));
        });
        site.server().createContext("/ignore", exchange -> reply(exchange, 200, "ignored"));
        site.server().start();
        byte[] content = new byte[20_000_000];
        assertEquals(
                "20000000",
                site.send(site.request("/count").POST(BodyPublishers.ofByteArray(content)))
                        .body());
        try (RawClient client = site.client()) {
            String head = client.send("POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n")
                    .send(new byte[200_000])
                    .head();
            assertTrue(head.startsWith("HTTP/1.1 200 OK\r\n"), head);
        }
    }

    @Test
    void largeContentComesByFileThatIsDeletedThen() throws Exception {
        site.close();
        site = new HttpServerSite(
                Map.of(Setting.UPLOAD_TEMP_STORE, folder.resolve("up.XXXXXX").toString()));
        site.server().createContext("/count", exchange -> {
            long count = exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
            reply(exchange, 200, Long.toString(count));
        });
        site.server().start();
        HttpResponse<String> answer =
                site.send(site.request("/count").POST(BodyPublishers.ofByteArray(new byte[5_000_000])));
        assertEquals("5000000", answer.body());
        // Deleted when the answer has been given, which is after it has come.
        long end = System.nanoTime() + HttpServerSite.DEADLINE.toNanos();
        while (!uploads().isEmpty()) {
            assertTrue(System.nanoTime() < end, () -> "left over: " + uploads());
            Thread.onSpinWait();
        }
    }

    private List<Path> uploads() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith("up."))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aWriterHearsThatItsClientIsGoneAndASlowOneHoldsUpNobodyElse() throws Exception {
        CompletableFuture<IOException> stopped = new CompletableFuture<>();
        site.server().createContext("/", exchange -> reply(exchange, 200, "quick"));
        site.server().createContext("/endless", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try {
                while (true) {
                    exchange.getResponseBody().write(new byte[10_000]);
                }
            } catch (IOException e) {
                stopped.complete(e);
                throw e;
            }
        });
        site.server().start();
        // The first answer takes longest: raw clients wait for none that long.
        assertEquals("quick", site.get("/").body());
        try (RawClient slow = site.client()) {
            slow.get("/endless").head();
            for (int i = 0; i < 20; i++) {
                assertEquals("quick", site.get("/").body());
            }
            assertFalse(stopped.isDone());
            slow.reset();
        }
        assertNotNull(stopped.get(HttpServerSite.DEADLINE.toSeconds(), TimeUnit.SECONDS));
    }

    @Test
    void thirtyTwoAtATimeAreAnswered() throws Exception {
        site.server()
                .createContext(
                        "/",
                        exchange ->
                                reply(exchange, 200, exchange.getRequestURI().toString()));
        site.server().start();
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 32 * 20; i++) {
            answers.add(site.http().sendAsync(site.request("/" + i).build(), BodyHandlers.ofString()));
        }
        for (int i = 0; i < answers.size(); i++) {
            HttpResponse<String> answer = answers.get(i).get(HttpServerSite.DEADLINE.toSeconds(), TimeUnit.SECONDS);
            assertEquals("/" + i, answer.body());
        }
    }

    @Test
    void whatIsBeingAnsweredIsFinishedBeforeItEnds() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        site.server().createContext("/", exchange -> {
            begun.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            reply(exchange, 200, "finished");
        });
        site.server().start();
        CompletableFuture<HttpResponse<String>> answer =
                site.http().sendAsync(site.request("/").build(), BodyHandlers.ofString());
        assertTrue(begun.await(HttpServerSite.DEADLINE.toSeconds(), TimeUnit.SECONDS));
        site.server().stop(0);
        go.countDown();
        assertEquals(
                "finished",
                answer.get(HttpServerSite.DEADLINE.toSeconds(), TimeUnit.SECONDS)
                        .body());
    }

    private interface Attempt {
        void run() throws IOException;
    }

    private static String message(Attempt attempt) {
        try {
            attempt.run();
            return "nothing";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static void reply(HttpExchange exchange, int code, String text) throws IOException {
        byte[] content = text.getBytes(UTF_8);
        exchange.sendResponseHeaders(code, content.length);
        try (OutputStream body = exchange.getResponseBody()) {
            body.write(content);
        }
    }
}
