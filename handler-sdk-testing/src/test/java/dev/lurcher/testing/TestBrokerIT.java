package dev.lurcher.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.worker.Response;
import dev.lurcher.worker.Router;
import dev.lurcher.worker.WebSocket;
import dev.lurcher.worker.WebSocketListener;
import dev.lurcher.worker.Worker;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TestBrokerIT {
    private final CountDownLatch left = new CountDownLatch(1);
    private final Router routes = new Router()
            .get("/hello", request -> Response.text("hello " + request.query("name")))
            .post("/form", request -> Response.text(request.form("a") + request.field("x-a")))
            .put("/json", request -> Response.json(request.text()))
            .get(
                    "/large",
                    request -> Response.of(200).withBody("text/plain", body -> {
                        for (int i = 0; i < 100; i++) {
                            body.write(new byte[16 * 1024]);
                        }
                    }))
            .get(
                    "/events",
                    request -> Response.events(events -> {
                        events.send("first");
                        events.awaitEnd();
                        left.countDown();
                    }))
            .get("/close", request -> {
                request.send("as it is".getBytes(UTF_8));
                request.close();
                return Response.none();
            })
            .webSocket("/socket", new WebSocketListener() {
                @Override
                public void onText(WebSocket socket, String text) {
                    socket.send(text.repeat(200));
                }

                @Override
                public void onClose(WebSocket socket, int code, String reason) {
                    left.countDown();
                }
            });

    @Test
    void asksAndGetsAnswers() {
        try (TestBroker broker = TestBroker.serving(routes)) {
            TestAnswer hello = broker.get("/hello?name=M%C3%BCller");
            assertEquals(200, hello.status());
            assertEquals("hello M\u00fcller", hello.text());
            assertEquals("text/plain; charset=utf-8", hello.field("content-type"));
            assertEquals("", broker.send(TestRequest.of("HEAD", "/hello")).text());
            assertEquals(404, broker.get("/none").status());
            TestRequest form = TestRequest.of("POST", "/form").withForm("a=1").withField("X-A", "\"2\"\t");
            assertEquals("1\"2\"\t", broker.send(form).text());
            assertEquals(
                    "[1]",
                    broker.send(TestRequest.of("PUT", "/json").withJson("[1]")).text());
        }
    }

    @Test
    void takesAnswersOfAnyLength() {
        try (TestBroker broker = TestBroker.serving(Worker.builder().threads(4), routes)) {
            assertEquals(1_638_400, broker.get("/large").text().length());
        }
    }

    @Test
    void looksAtAnswersWhileTheyCome() throws Exception {
        try (TestBroker broker = TestBroker.serving(routes)) {
            TestExchange events = broker.open(TestRequest.of("GET", "/events"));
            assertTrue(events.awaitText("data: first\n\n").startsWith("HTTP/1.1 200 OK\r\n"));
            events.leave();
            assertTrue(left.await(20, TimeUnit.SECONDS));
            TestExchange closed = broker.open(TestRequest.of("GET", "/close"));
            closed.awaitText("as it is");
            closed.awaitClose();
        }
    }

    @Test
    void speaksOverWebSockets() throws Exception {
        try (TestBroker broker = TestBroker.serving(routes)) {
            TestWebSocket socket = broker.webSocket("/socket");
            socket.send("a");
            socket.send("\u20ac");
            assertEquals("a".repeat(200), socket.text());
            assertEquals("\u20ac".repeat(200), socket.text());
            socket.close(1000, "enough");
            assertEquals(1000, socket.closeCode());
            assertTrue(left.await(20, TimeUnit.SECONDS));
            assertThrows(AssertionError.class, () -> broker.webSocket("/none"));
        }
    }
}
