package dev.lurcher.broker.http;

import static dev.lurcher.broker.testing.WebSocketClient.serverFrame;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.SessionPolicy;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.ScriptedWorker;
import dev.lurcher.broker.testing.WebSocketClient;
import dev.lurcher.protocol.RequestMessage;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;

/** What a handler may ask for with its columns. */
class WebSocketPolicyIT {
    private static final String OFFER = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits";

    private static BrokerHarness with(SessionPolicy policy) {
        return BrokerHarness.builder().sessions(policy).handler("/", "hello").start();
    }

    @Test
    void pingsAndClosesAreAnsweredWhereTheHandlerWantsIt() throws Exception {
        try (BrokerHarness broker = with(new SessionPolicy(true, false, List.of()));
                ScriptedWorker worker = broker.worker("hello");
                WebSocketClient client = broker.webSocket()) {
            client.open(worker);
            client.send(0x89, "are you there?").send(0x8a, "unasked").send(0x81, "data");
            assertEquals("8a:are you there?", client.frame());
            assertEquals("data", text(worker.take()));
            client.send(0x88, "\u0003\u00e9going");
            assertEquals("88:\u0003\u00e9", client.frame());
            assertEquals("", client.raw().untilEnd());
            assertTrue(worker.take().isDisconnect());
        }
    }

    @Test
    void aPongDoesNotStandInsideAFrameOfTheWorker() throws Exception {
        try (BrokerHarness broker = with(new SessionPolicy(true, false, List.of()));
                ScriptedWorker worker = broker.worker("hello");
                WebSocketClient client = broker.webSocket()) {
            long id = client.open(worker);
            worker.send(id, "\u0081\u0005he");
            assertEquals("\u0081\u0005he", client.raw().exactly(4));
            client.send(0x89, "ping").send(0x81, "mark");
            assertEquals("mark", text(worker.take()));
            worker.send(id, "llo");
            assertEquals("llo\u008a\u0004ping", client.raw().exactly(9));
        }
    }

    @Test
    void onlyTheOriginsThatAreAllowedMayOpenWebSockets() throws Exception {
        try (BrokerHarness broker = with(new SessionPolicy(false, false, List.of("https://good.example")));
                ScriptedWorker worker = broker.worker("hello");
                WebSocketClient client = broker.webSocket()) {
            client.ask("/", "Origin: https://bad.example");
            String answer = client.raw().answer();
            assertTrue(answer.startsWith("HTTP/1.1 403 ") && answer.contains("origin_not_allowed"), answer);
            long id = client.open(worker, "Origin: https://GOOD.example");
            client.send(0x81, "x");
            assertEquals(id, worker.take().connectionId());
        }
    }

    @Test
    void compressionIsTheBrokersAndWorkersSeePlainMessages() throws Exception {
        try (BrokerHarness broker = with(new SessionPolicy(false, true, List.of()));
                ScriptedWorker worker = broker.worker("hello");
                WebSocketClient client = broker.webSocket()) {
            client.ask("/", OFFER);
            RequestMessage handshake = worker.take();
            worker.send(handshake.connectionId(), WebSocketClient.switching(handshake));
            String head = client.raw().head();
            assertTrue(
                    head.endsWith("\r\nSec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover;"
                            + " client_no_context_takeover\r\n\r\n"),
                    head);
            String plain = "again and ".repeat(100);
            client.send(0xc1, deflated(plain)).send(0x81, "as it is");
            RequestMessage message = worker.take();
            assertEquals("0x81", message.variable("FLAGS"));
            assertEquals(plain, text(message));
            assertEquals("as it is", text(worker.take()));
            worker.send(handshake.connectionId(), serverFrame(0x81, plain) + serverFrame(0x82, "short"));
            String frame = client.frame();
            assertTrue(frame.startsWith("c1:") && frame.length() < 100, frame);
            assertEquals(plain, inflated(frame.substring(3)));
            assertEquals("82:short", client.frame());
        }
    }

    @Test
    void aWorkerMayAgreeOnAnExtensionItself() throws Exception {
        try (BrokerHarness broker = with(new SessionPolicy(false, true, List.of()));
                ScriptedWorker worker = broker.worker("hello");
                WebSocketClient client = broker.webSocket()) {
            client.ask("/", OFFER);
            RequestMessage handshake = worker.take();
            String answer = WebSocketClient.switching(handshake)
                    .replace("\r\nUpgrade", "\r\nSec-WebSocket-Extensions: permessage-deflate\r\nUpgrade");
            worker.send(handshake.connectionId(), answer);
            assertEquals(answer, client.raw().head());
            client.send(0xc2, "\u00ff\u0000");
            RequestMessage message = worker.take();
            assertEquals("0xC2", message.variable("FLAGS"));
            assertEquals("\u00ff\u0000", text(message));
        }
    }

    @Test
    void nothingIsCompressedUnlessHandlerAndClientWantIt() throws Exception {
        try (BrokerHarness broker = with(SessionPolicy.USUAL);
                ScriptedWorker worker = broker.worker("hello");
                WebSocketClient client = broker.webSocket()) {
            client.ask("/", OFFER);
            RequestMessage handshake = worker.take();
            worker.send(handshake.connectionId(), WebSocketClient.switching(handshake));
            assertFalse(client.raw().head().contains("Extensions"));
            client.send(0xc1, deflated("x"));
            assertEquals(1002, client.closeCode());
        }
    }

    @Test
    void aBombIsDefused() throws Exception {
        try (BrokerHarness broker = with(new SessionPolicy(false, true, List.of()));
                ScriptedWorker worker = broker.worker("hello");
                WebSocketClient client = broker.webSocket()) {
            client.open(worker, OFFER);
            client.send(0xc2, deflated("\0".repeat(10_000_000)));
            assertEquals(1009, client.closeCode());
        }
    }

    private static String deflated(String plain) {
        Deflater deflater = new Deflater(9, true);
        deflater.setInput(plain.getBytes(ISO_8859_1));
        byte[] out = new byte[plain.length() + 100];
        int size = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
        deflater.end();
        return new String(Arrays.copyOf(out, size - 4), ISO_8859_1);
    }

    private static String inflated(String compressed) throws Exception {
        Inflater inflater = new Inflater(true);
        inflater.setInput((compressed + "\0\0\u00ff\u00ff").getBytes(ISO_8859_1));
        byte[] out = new byte[10_000];
        int size = inflater.inflate(out);
        inflater.end();
        return new String(out, 0, size, ISO_8859_1);
    }

    private static String text(RequestMessage message) {
        return new String(message.content(), ISO_8859_1);
    }
}
