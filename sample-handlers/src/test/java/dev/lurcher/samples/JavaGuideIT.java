package dev.lurcher.samples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.testing.BrokerExtension;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The programs of docs/java.md, as processes behind a real broker. */
class JavaGuideIT {
    @RegisterExtension
    final BrokerExtension broker = new BrokerExtension();

    @RegisterExtension
    final BrokerExtension other = new BrokerExtension();

    @TempDir
    private Path folder;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void helloSaysWhichProcessItIs() throws Exception {
        try (SampleProcess hello = start("Hello")) {
            assertEquals("Hello from process " + hello.pid() + ", its answer number 1.\n", get("/").body());
        }
    }

    @Test
    void formRemembersAName() throws Exception {
        try (SampleProcess form = start("Form")) {
            assertTrue(get("/").body().contains("Hello, whoever you are!"));
            HttpResponse<String> taken = send(to("/").header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(BodyPublishers.ofString("name=%3CAnn%3E")));
            assertEquals(303, taken.statusCode());
            String cookie = taken.headers().firstValue("Set-Cookie").orElse("");
            assertEquals("name=%3CAnn%3E; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax", cookie);
            String page = send(to("/").header("Cookie", cookie.substring(0, cookie.indexOf(';'))))
                    .body();
            assertTrue(page.contains("Hello, &lt;Ann>!"), page);
            assertEquals(400, send(to("/").POST(BodyPublishers.noBody())).statusCode());
        }
    }

    @Test
    void notesKeepsWhatItIsGiven() throws Exception {
        try (SampleProcess notes =
                start(Map.of("NOTES_DB", folder.resolve("notes").toString()), "Notes")) {
            assertEquals("[]", get("/notes").body());
            HttpResponse<String> added = send(to("/notes").POST(BodyPublishers.ofString("{\"text\":\"gr\u00fcn\"}")));
            assertEquals("201 {\"id\":1,\"text\":\"gr\u00fcn\"}", added.statusCode() + " " + added.body());
            assertEquals("[{\"id\":1,\"text\":\"gr\u00fcn\"}]", get("/notes").body());
            assertEquals(
                    400, send(to("/notes").POST(BodyPublishers.ofString("{"))).statusCode());
            assertEquals(405, send(to("/notes").DELETE()).statusCode());
            assertEquals(204, send(to("/notes/1").DELETE()).statusCode());
            assertEquals(404, send(to("/notes/1").DELETE()).statusCode());
        }
    }

    @Test
    void photosShowsWhatItIsGiven() throws Exception {
        try (SampleProcess photos = start(Map.of("PHOTOS", folder.toString()), "Photos")) {
            String picture = "\u0089PNG\r\n" + "x".repeat(100_000 % 50_000 + 40_000);
            assertEquals(303, post(picture, "image/png").statusCode());
            assertEquals(415, post("text", "text/plain").statusCode());
            String page = get("/").body();
            String path = page.substring(page.indexOf("/photos/"), page.indexOf(".png") + 4);
            HttpResponse<String> shown = client.send(to(path).build(), BodyHandlers.ofString(ISO_8859_1));
            assertEquals(picture, shown.body());
            assertEquals("image/png", shown.headers().firstValue("Content-Type").orElse(""));
            assertEquals(404, get("/photos/..%2f..%2fetc%2fpasswd").statusCode());
        }
    }

    @Test
    void tickerTicks() throws Exception {
        try (SampleProcess ticker = start("Ticker");
                Stream<String> lines = client.send(to("/events").build(), BodyHandlers.ofLines())
                        .body()) {
            Iterator<String> each = lines.iterator();
            for (int i = 0; i < 2; i++) {
                assertTrue(each.next().startsWith("id: 1"));
                assertTrue(each.next().startsWith("data: 20"));
                assertEquals("", each.next());
            }
        }
    }

    @Test
    void chatTellsEverybody() throws Exception {
        try (SampleProcess chat = start("Chat")) {
            assertTrue(get("/").body().contains("<title>Chat</title>"));
            Visitor one = new Visitor(broker);
            assertEquals("visitor 1 is here", one.next());
            Visitor two = new Visitor(broker);
            assertEquals("visitor 2 is here", one.next());
            two.socket.sendText("hi", true).join();
            assertEquals("visitor 2: hi", one.next());
            assertEquals("visitor 2 is here", two.next());
            assertEquals("visitor 2: hi", two.next());
            two.socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
            assertEquals("visitor 2 has left", one.next());
        }
    }

    @Test
    void pollAnswersWhoWaits() throws Exception {
        try (SampleProcess poll = start("Poll")) {
            CompletableFuture<HttpResponse<String>> waiting =
                    client.sendAsync(to("/wait").build(), BodyHandlers.ofString());
            // Said again until somebody who waits has heard it: the two requests may overtake each other.
            while (!waiting.isDone()) {
                assertEquals(
                        204,
                        send(to("/say").POST(BodyPublishers.ofString("now"))).statusCode());
            }
            assertEquals("now", waiting.get().body());
        }
    }

    @Test
    void downloadSendsAllOfATable() throws Exception {
        try (SampleProcess download = start("Download")) {
            String table = get("/squares.csv?rows=100000").body();
            assertTrue(table.startsWith("number,square\n1,1\n2,4\n"));
            assertTrue(table.endsWith("\n100000,10000000000\n"));
            assertEquals(400, get("/squares.csv?rows=many").statusCode());
        }
    }

    @Test
    void jobShowsHowFarItIs() throws Exception {
        try (SampleProcess job = start("Job")) {
            HttpResponse<String> begun = send(to("/jobs").POST(BodyPublishers.noBody()));
            assertEquals("/?0", begun.headers().firstValue("Location").orElse(""));
            assertTrue(get("/?0").body().contains("<progress"));
            String events = get("/progress?0").body();
            assertTrue(events.startsWith("data: "), events);
            assertTrue(events.endsWith("event: done\ndata: \n\n"), events);
            assertEquals(404, get("/progress?1").statusCode());
        }
    }

    @Test
    void fleetServesSeveralBrokers() throws Exception {
        try (SampleProcess fleet = SampleProcess.start(Map.of(), "Fleet", broker.endpoints(), other.endpoints())) {
            String one = get("/").body();
            assertTrue(one.startsWith("By broker 0, in worker-"), one);
            String two = client.send(HttpRequest.newBuilder(other.uri("/")).build(), BodyHandlers.ofString())
                    .body();
            assertTrue(two.startsWith("By broker 1, in worker-"), two);
        }
    }

    private SampleProcess start(String sample) throws Exception {
        return start(Map.of(), sample);
    }

    private SampleProcess start(Map<String, String> environment, String sample) throws Exception {
        return SampleProcess.start(environment, sample, broker.endpoints());
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(broker.uri(path));
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(to(path));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String file, String type) throws Exception {
        String form = "--B\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a\"\r\nContent-Type: " + type
                + "\r\n\r\n" + file + "\r\n--B--\r\n";
        return send(to("/").header("Content-Type", "multipart/form-data; boundary=B")
                .POST(BodyPublishers.ofString(form, ISO_8859_1)));
    }

    /** Somebody with the chat's page open. */
    private final class Visitor implements WebSocket.Listener {
        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        private final WebSocket socket;

        Visitor(BrokerExtension to) {
            socket = client.newWebSocketBuilder()
                    .buildAsync(URI.create(to.uri("/").toString().replace("http:", "ws:")), this)
                    .join();
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
            heard.add(text.toString());
            from.request(1);
            return null;
        }

        String next() throws InterruptedException {
            return String.valueOf(heard.poll(20, TimeUnit.SECONDS));
        }
    }
}
