package dev.lurcher.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.worker.Responder;
import dev.lurcher.worker.Response;
import dev.lurcher.worker.Worker;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class BrokerExtensionIT {
    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    @RegisterExtension
    final BrokerExtension strict = new BrokerExtension().with("limits.url_length", "100");

    @Test
    void leadsRequestsToWorkers() throws Exception {
        assertEquals("200 hello /a?b", ask(BROKER, "/a?b"));
    }

    @Test
    void takesSettings() throws Exception {
        String path = "/" + "a".repeat(200);
        assertEquals("200 hello " + path, ask(BROKER, path));
        assertEquals("414 ", ask(strict, path).substring(0, 4));
        assertThrows(IllegalArgumentException.class, () -> new BrokerExtension().with("limits.none", "1"));
    }

    @Test
    void saysHowLongItWaits() throws Exception {
        Instant before = Instant.now();
        String deadline = ask(BROKER, "/", request -> Response.text(String.valueOf(request.deadline())));
        Instant told = Instant.parse(deadline.substring("200 ".length()));
        // A request waits for 60 seconds there; the test may take a while.
        assertTrue(
                told.isAfter(before.plusSeconds(59))
                        && told.isBefore(Instant.now().plusSeconds(61)),
                deadline);
    }

    @Test
    void runsDuringTestsOnly() {
        assertThrows(IllegalStateException.class, () -> new BrokerExtension().endpoints());
    }

    private static String ask(BrokerExtension broker, String path) throws Exception {
        return ask(broker, path, request -> Response.text("hello " + request.uri()));
    }

    private static String ask(BrokerExtension broker, String path, Responder responder) throws Exception {
        Worker worker = Worker.builder().brokers(broker.endpoints()).build();
        Thread serving = new Thread(() -> worker.serve(responder));
        serving.start();
        try (HttpClient client = HttpClient.newHttpClient()) {
            var answer = client.send(HttpRequest.newBuilder(broker.uri(path)).build(), BodyHandlers.ofString());
            return answer.statusCode() + " " + answer.body();
        } finally {
            worker.stop();
            serving.join();
        }
    }
}
