package dev.lurcher.samples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.util.Iterator;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Asks the programs of docs/java.md what they are there for. */
final class SampleClient {
    private final URI site;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** @param site where they are to be asked, ends with a slash */
    SampleClient(URI site) {
        this.site = site;
    }

    void hello(long pid) throws Exception {
        assertEquals("Hello from process " + pid + ", its answer number 1.\n", get("/").body());
    }

    void form() throws Exception {
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

    void notes() throws Exception {
        assertEquals("[]", get("/notes").body());
        HttpResponse<String> added = send(to("/notes").POST(BodyPublishers.ofString("{\"text\":\"gr\u00fcn\"}")));
        assertEquals("201 {\"id\":1,\"text\":\"gr\u00fcn\"}", added.statusCode() + " " + added.body());
        assertEquals("[{\"id\":1,\"text\":\"gr\u00fcn\"}]", get("/notes").body());
        assertEquals(400, send(to("/notes").POST(BodyPublishers.ofString("{"))).statusCode());
        assertEquals(405, send(to("/notes").DELETE()).statusCode());
        assertEquals(204, send(to("/notes/1").DELETE()).statusCode());
        assertEquals(404, send(to("/notes/1").DELETE()).statusCode());
    }

    void photos() throws Exception {
        String picture = "\u0089PNG\r\n" + "x".repeat(40_000);
        assertEquals(303, post(picture, "image/png").statusCode());
        assertEquals(415, post("text", "text/plain").statusCode());
        String page = get("/").body();
        String path = page.substring(page.indexOf("/photos/"), page.indexOf(".png") + 4);
        HttpResponse<String> shown = client.send(to(path).build(), BodyHandlers.ofString(ISO_8859_1));
        assertEquals(picture, shown.body());
        assertEquals("image/png", shown.headers().firstValue("Content-Type").orElse(""));
        assertEquals(404, get("/photos/..%2f..%2fetc%2fpasswd").statusCode());
    }

    void ticker() throws Exception {
        try (Stream<String> lines =
                client.send(to("events").build(), BodyHandlers.ofLines()).body()) {
            Iterator<String> each = lines.iterator();
            for (int i = 0; i < 2; i++) {
                assertTrue(each.next().startsWith("id: 1"));
                assertTrue(each.next().startsWith("data: 20"));
                assertEquals("", each.next());
            }
        }
    }

    void chat() throws Exception {
        assertTrue(get("/").body().contains("<title>Chat</title>"));
        Visitor one = new Visitor();
        assertEquals("visitor 1 is here", one.next());
        Visitor two = new Visitor();
        assertEquals("visitor 2 is here", one.next());
        two.socket.sendText("hi", true).join();
        assertEquals("visitor 2: hi", one.next());
        assertEquals("visitor 2 is here", two.next());
        assertEquals("visitor 2: hi", two.next());
        two.socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
        assertEquals("visitor 2 has left", one.next());
    }

    void poll() throws Exception {
        CompletableFuture<HttpResponse<String>> waiting =
                client.sendAsync(to("/wait").build(), BodyHandlers.ofString());
        // Said again until somebody who waits has heard it: the two requests may overtake each other.
        while (!waiting.isDone()) {
            assertEquals(
                    204, send(to("/say").POST(BodyPublishers.ofString("now"))).statusCode());
        }
        assertEquals("now", waiting.get().body());
    }

    void download() throws Exception {
        String table = get("/squares.csv?rows=100000").body();
        assertTrue(table.startsWith("number,square\n1,1\n2,4\n"));
        assertTrue(table.endsWith("\n100000,10000000000\n"));
        assertEquals(400, get("/squares.csv?rows=many").statusCode());
    }

    void job() throws Exception {
        HttpResponse<String> begun = send(to("/jobs").POST(BodyPublishers.noBody()));
        assertEquals("/?0", begun.headers().firstValue("Location").orElse(""));
        assertTrue(get("/?0").body().contains("<progress"));
        String events = get("/progress?0").body();
        assertTrue(events.startsWith("data: "), events);
        assertTrue(events.endsWith("event: done\ndata: \n\n"), events);
        assertEquals(404, get("/progress?1").statusCode());
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(site.resolve(path));
    }

    HttpResponse<String> get(String path) throws Exception {
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

        Visitor() {
            socket = client.newWebSocketBuilder()
                    .buildAsync(URI.create(site.toString().replace("http:", "ws:")), this)
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
