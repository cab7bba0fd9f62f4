package dev.lurcher.broker.http;

import static dev.lurcher.broker.testing.WebSocketClient.serverFrame;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.testing.Await;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.ScriptedWorker;
import dev.lurcher.broker.testing.WebSocketClient;
import dev.lurcher.protocol.RequestMessage;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebSocketIT {
    @Test
    void aWorkerGetsTheHandshakeWithItsToken() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                WebSocketClient client = broker.webSocket()) {
            client.ask("/j/ws");
            String message = worker.takeRaw();
            assertEquals(
                    "/j/ws 324:{\"PATH\":\"/j/ws\",\"host\":\"localhost\",\"upgrade\":\"websocket\",\"connection\":"
                            + "\"keep-alive, Upgrade\",\"sec-websocket-version\":\"13\",\"sec-websocket-key\":"
                            + "\"dGhlIHNhbXBsZSBub25jZQ==\",\"x-forwarded-for\":\"127.0.0.1\",\"METHOD\":\"WEBSOCKET_HANDSHAKE\","
                            + "\"VERSION\":\"HTTP/1.1\",\"URI\":\"/j/ws\",\"PATTERN\":\"/\",\"URL_SCHEME\":\"http\","
                            + "\"REMOTE_ADDR\":\"127.0.0.1\"},28:s3pPLMBiTxaQ9kYGzzhZRbK+xOo=,",
                    message.split(" ", 3)[2]);
        }
    }

    @Test
    void messagesCarryTheFieldsOfTheHandshakeAndTheirFlags() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                WebSocketClient client = broker.webSocket()) {
            long id = client.open(worker);
            client.send(0x81, "hello");
            RequestMessage message = worker.take();
            assertEquals(id, message.connectionId());
            assertEquals("WEBSOCKET", message.variable("METHOD"));
            assertEquals("0x81", message.variable("FLAGS"));
            assertEquals("/", message.path());
            assertEquals(WebSocketClient.KEY, message.fields().first("sec-websocket-key"));
            assertEquals("hello", text(message));
            worker.send(id, serverFrame(0x82, "back"));
            assertEquals("82:back", client.frame());
        }
    }

    @Test
    void anyRequestOfAConnectionMayUpgrade() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                WebSocketClient client = broker.webSocket()) {
            client.raw().get("/");
            worker.answer(worker.take(), "first");
            client.raw().answer();
            long id = client.open(worker);
            client.send(0x81, "x");
            assertEquals(id, worker.take().connectionId());
        }
    }

    @Test
    void anAnswerOtherThan101LeavesTheConnectionToHttp() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                WebSocketClient client = broker.webSocket()) {
            client.ask("/");
            long id = worker.take().connectionId();
            worker.send(id, "HTTP/1.1 403 No\r\nContent-");
            worker.send(id, "Length: 2\r\n\r\nno");
            assertEquals(
                    "HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno",
                    client.raw().answer());
            long opened = client.open(worker);
            client.send(0x81, "x");
            assertEquals(opened, worker.take().connectionId());
        }
    }

    @Test
    void framesBeforeTheAnswerWait() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                WebSocketClient client = broker.webSocket()) {
            client.ask("/").send(0x81, "early").send(0x81, "bird");
            RequestMessage handshake = worker.take();
            assertTrue(worker.hearsNothing(50), "a frame overtakes the handshake");
            String answer = WebSocketClient.switching(handshake);
            for (String piece : answer.split("(?<=[\\n:])")) {
                worker.send(handshake.connectionId(), piece);
            }
            assertEquals(answer, client.raw().head());
            assertEquals("early", text(worker.take()));
            assertEquals("bird", text(worker.take()));
        }
    }

    @Test
    void framesMayFollowTheAnswerInTheSameReply() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                WebSocketClient client = broker.webSocket()) {
            client.ask("/");
            RequestMessage handshake = worker.take();
            worker.send(handshake.connectionId(), WebSocketClient.switching(handshake) + serverFrame(0x81, "welcome"));
            client.raw().head();
            assertEquals("81:welcome", client.frame());
        }
    }

    @Test
    void fragmentsAreJoinedAndControlFramesPass() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                WebSocketClient client = broker.webSocket()) {
            client.open(worker);
            client.send(0x01, "one ")
                    .send(0x89, "ping")
                    .send(0x00, "two ")
                    .send(0x8a, "")
                    .send(0x80, "three");
            List<String> heard = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                RequestMessage message = worker.take();
                heard.add(message.variable("FLAGS") + " " + text(message));
            }
            assertEquals(List.of("0x89 ping", "0x8A ", "0x81 one two three"), heard);
        }
    }

    @Test
    void aWorkerClosesAsWithMongrel2() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                WebSocketClient client = broker.webSocket()) {
            long id = client.open(worker);
            client.send(0x88, "\u0003\u00e8bye");
            RequestMessage close = worker.take();
            assertEquals("0x88", close.variable("FLAGS"));
            assertEquals("\u0003\u00e8bye", text(close));
            worker.send(id, serverFrame(0x88, "\u0003\u00e8"));
            worker.askToClose(id);
            assertEquals(1000, client.closeCode());
            assertEquals("", client.raw().untilEnd());
            assertTrue(worker.hearsNothing(50), "the worker closed it itself");
        }
    }

    @Test
    void bothHavingClosedEndsTheConnection() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                WebSocketClient client = broker.webSocket()) {
            long id = client.open(worker);
            client.send(0x88, "").send(0x81, "too late");
            assertEquals("0x88", worker.take().variable("FLAGS"));
            worker.send(id, serverFrame(0x88, ""));
            assertEquals("88:", client.frame());
            assertEquals("", client.raw().untilEnd());
            assertTrue(worker.take().isDisconnect());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1002, 81 01 61",
        "1002, f1 80 00000000",
        "1002, 80 80 00000000",
        "1007, 81 81 00000000 ff",
        "1009, 82 ff 0000000000010001",
    })
    void whatBreaksTheProtocolIsClosedWithItsCode(int code, String octets) throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                WebSocketClient client = broker.webSocket()) {
            long id = client.open(worker);
            client.send(0x82, "sound");
            client.sendRaw(HexFormat.of().parseHex(octets.replace(" ", "")));
            assertEquals("sound", text(worker.take()));
            assertEquals(code, client.closeCode());
            assertEquals("", client.raw().untilEnd());
            RequestMessage notice = worker.take();
            assertTrue(notice.isDisconnect());
            assertEquals(id, notice.connectionId());
            assertEquals(1, broker.broker().counters().get(Counter.SESSIONS_REFUSED));
            Await.until("it is over", () -> broker.broker().counters().get(Counter.SESSIONS_OPEN) == 0);
        }
    }

    @Test
    void aStormOfFragmentsIsEnded() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                WebSocketClient client = broker.webSocket()) {
            client.open(worker);
            client.send(0x02, "x");
            for (int i = 0; i < 1024; i++) {
                client.send(0x00, "x");
            }
            assertEquals(1008, client.closeCode());
        }
    }

    @Test
    void messagesThatAreNotWholeAreBoundedTogether() throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                        .with(Setting.CONTENT_MEMORY, "8k")
                        .handler("/", "hello")
                        .start();
                ScriptedWorker worker = broker.worker("hello");
                WebSocketClient first = broker.webSocket();
                WebSocketClient second = broker.webSocket();
                WebSocketClient third = broker.webSocket()) {
            first.open(worker);
            second.open(worker);
            third.open(worker);
            String half = "x".repeat(5000);
            first.send(0x02, half).send(0x8a, "");
            assertEquals("0x8A", worker.take().variable("FLAGS"));
            second.send(0x02, half);
            assertEquals(1013, second.closeCode());
            first.send(0x80, "end");
            assertEquals(half + "end", text(worker.takeRequest()));
            third.send(0x82, half);
            assertEquals(half, text(worker.takeRequest()));
        }
    }

    @Test
    void aFloodOfPingsIsEnded() throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                        .with(Setting.WEBSOCKET_PINGS, "3")
                        .handler("/", "hello")
                        .start();
                ScriptedWorker worker = broker.worker("hello");
                WebSocketClient client = broker.webSocket()) {
            client.open(worker);
            client.send(0x89, "1").send(0x8a, "2").send(0x89, "3").send(0x89, "4");
            assertEquals(1008, client.closeCode());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "426, GET / HTTP/1.1|Sec-WebSocket-Version: 8|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "426, GET / HTTP/1.1|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "400, GET / HTTP/1.1|Sec-WebSocket-Version: 13|Sec-WebSocket-Key: c2hvcnQ=",
        "400, GET / HTTP/1.1|Sec-WebSocket-Version: 13|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=!",
        "400, GET / HTTP/1.1|Sec-WebSocket-Version: 13",
        "400, POST / HTTP/1.1|Sec-WebSocket-Version: 13|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "400, GET / HTTP/1.0|Sec-WebSocket-Version: 13|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "400, GET / HTTP/1.1|Content-Length: 1|Sec-WebSocket-Version: 13|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    })
    void badHandshakesAreRefused(String status, String head) throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                WebSocketClient client = broker.webSocket()) {
            client.raw()
                    .send(head.replace("|", "\r\n")
                            + "\r\nHost: a\r\nUpgrade: WebSocket\r\nConnection: upgrade\r\n\r\n");
            String answer = client.raw().head();
            assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
            assertEquals(
                    status.equals("426"),
                    answer.contains("\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13"),
                    answer);
        }
    }

    @Test
    void whatOnlyMentionsWebSocketsIsAnOrdinaryRequest() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                WebSocketClient client = broker.webSocket()) {
            client.raw().send("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n");
            RequestMessage request = worker.take();
            assertEquals("GET", request.variable("METHOD"));
            worker.answer(request, "plain");
            assertTrue(client.raw().answer().endsWith("plain"));
        }
    }

    private static String text(RequestMessage message) {
        return new String(message.content(), ISO_8859_1);
    }
}
