package dev.lurcher.broker.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedWorker;
import dev.lurcher.protocol.RequestMessage;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentIT {
    @ParameterizedTest
    @ValueSource(ints = {1, 100, 4096, 8191, 8192, 8193, 65536})
    void reachesTheWorkerWhole(int length) throws Exception {
        byte[] content = new byte[length];
        new Random(length).nextBytes(content);
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            client.send("PUT /up HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + length + "\r\n\r\n");
            client.send(content);
            RequestMessage request = worker.take();
            assertArrayEquals(content, request.content());
            worker.answer(request, "got it");
            assertTrue(client.answer().endsWith("got it"));
        }
    }

    @Test
    void chunkedContentIsDeliveredLikeAnyOther() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            client.send("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "5\r\nhello\r\n7;a=b\r\n, world\r\n0\r\nTrailer: x\r\n\r\n");
            RequestMessage request = worker.take();
            assertEquals("hello, world", new String(request.content(), ISO_8859_1));
            worker.answer(request, "ok");
            assertTrue(client.answer().endsWith("ok"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 1001\r\n", "Transfer-Encoding: chunked\r\n"})
    void tooMuchIsRefusedAndTheConnectionEnds(String framing) throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                        .with(Setting.CONTENT_LENGTH, "1000")
                        .handler("/", "hello")
                        .start();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            client.send("POST / HTTP/1.1\r\nHost: localhost\r\n" + framing + "\r\n");
            client.send(framing.startsWith("C") ? "x".repeat(1001) : "3e9\r\n" + "x".repeat(1001) + "\r\n0\r\n\r\n");
            String answer = client.answer();
            assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
            client.endOutput();
            assertEquals("", client.untilEnd());
            assertTrue(worker.hearsNothing(50));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 1001\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n3e9\r\n",
                "Transfer-Encoding: chunked\r\n\r\n1;a=b\r\nx\r\n3e8;c\r\n"
            })
    void tooMuchIsRefusedBeforeItComes(String announcement) throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                        .with(Setting.CONTENT_LENGTH, "1000")
                        .handler("/", "hello")
                        .start();
                RawClient client = broker.client()) {
            client.send("POST / HTTP/1.1\r\nHost: localhost\r\n" + announcement);
            String answer = client.answer();
            assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
            assertTrue(answer.contains("\r\nConnection: close\r\n"), answer);
            assertTrue(answer.contains(": more content than 1000 bytes (limits.content_length) ("), answer);
        }
    }

    @Test
    void asksForContentThatTheClientHoldsBack() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
            assertEquals("HTTP/1.1 100 Continue\r\n\r\n", client.head());
            client.send("body");
            RequestMessage request = worker.take();
            assertEquals("body", new String(request.content(), ISO_8859_1));
            worker.answer(request, "ok");
            assertTrue(client.answer().endsWith("ok"));
        }
    }

    @Test
    void doesNotAskForContentThatIsRefused() throws Exception {
        try (BrokerHarness broker =
                        BrokerHarness.builder().handler("/here", "hello").start();
                RawClient client = broker.client()) {
            client.send("POST /there HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
            String answer = client.answer();
            assertTrue(answer.startsWith("HTTP/1.1 404 "), answer);
        }
    }

    @Test
    void contentThatComesTooSlowlyIsRefused() throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                        .with(Setting.CONTENT_IDLE, "200ms")
                        .handler("/", "hello")
                        .start();
                RawClient client = broker.client()) {
            client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nslow");
            String answer = client.untilEnd();
            assertTrue(answer.startsWith("HTTP/1.1 408 "), answer);
            assertTrue(answer.contains("X-Lurcher-Reason: content_timeout\r\n"), answer);
        }
    }

    @Test
    void aHeadThatIsNotCompleteInTimeIsRefused() throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                        .with(Setting.HEADER_TIME, "200ms")
                        .handler("/", "hello")
                        .start();
                RawClient client = broker.client()) {
            client.send("GET / HTTP/1.1\r\nHost: local");
            String answer = client.untilEnd();
            assertTrue(answer.startsWith("HTTP/1.1 408 "), answer);
            assertTrue(answer.contains("X-Lurcher-Reason: header_timeout\r\n"), answer);
        }
    }
}
