package dev.lurcher.broker.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.testing.Await;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.ManagedWorker;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedWorker;
import dev.lurcher.protocol.HeaderFormat;
import dev.lurcher.protocol.RequestMessage;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class MessageSocketsIT {
    private static final String POLICY = "<?xml version=\"1.0\"?><!DOCTYPE cross-domain-policy SYSTEM"
            + " \"http://www.macromedia.com/xml/dtds/cross-domain-policy.dtd\"><cross-domain-policy>"
            + " <allow-access-from domain=\"*\" to-ports=\"*\" /></cross-domain-policy>\0";

    private static BrokerHarness.Builder chat() {
        return BrokerHarness.builder().handler("@chat", "chat");
    }

    @Test
    void aWorkerGetsAJsonMessage() throws Exception {
        try (BrokerHarness broker = chat().start();
                ScriptedWorker worker = broker.worker("chat");
                RawClient client = broker.client()) {
            client.send("@chat {\"type\":\"msg\",\"a\":1}\0");
            String[] words = worker.takeRaw().split(" ", 3);
            assertEquals("chat", words[0]);
            assertEquals(
                    "@chat 126:{\"PATH\":\"@chat\",\"x-forwarded-for\":\"127.0.0.1\",\"METHOD\":\"JSON\",\"PATTERN\":\"@chat\","
                            + "\"URL_SCHEME\":\"http\",\"REMOTE_ADDR\":\"127.0.0.1\"},20:{\"type\":\"msg\",\"a\":1},",
                    words[2]);
        }
    }

    @Test
    void aWorkerGetsAnXmlMessage() throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                        .format(HeaderFormat.TNETSTRING)
                        .handler("<chat", "chat")
                        .start();
                ScriptedWorker worker = broker.worker("chat");
                RawClient client = broker.client()) {
            client.send("<chat a=\"1\"><b/></chat>\0");
            RequestMessage message = worker.take();
            assertEquals("<chat", message.path());
            assertEquals("XML", message.variable("METHOD"));
            assertEquals("<chat a=\"1\"><b/></chat>", text(message));
        }
    }

    @Test
    void repliesAreEncodedAndEndWithANul() throws Exception {
        try (BrokerHarness broker = chat().start();
                ScriptedWorker worker = broker.worker("chat");
                RawClient client = broker.client()) {
            client.send("@chat {}\0");
            long id = worker.take().connectionId();
            worker.send(id, "{\"r\":1}");
            assertEquals("eyJyIjoxfQ==\0", client.exactly(13));
            worker.send(id, "{\"r\":1}\0");
            assertEquals("eyJyIjoxfQ==\0", client.exactly(13));
            client.send("@chat {}\0");
            assertEquals(id, worker.take().connectionId());
        }
    }

    @Test
    void repliesMayEndAsMongrel2Has() throws Exception {
        try (BrokerHarness broker = chat().with(Setting.REPLY_MESSAGE_NUL, "0").start();
                ScriptedWorker worker = broker.worker("chat");
                RawClient client = broker.client()) {
            client.send("@chat {}\0");
            long id = worker.take().connectionId();
            worker.send(id, "{\"r\":1}");
            worker.askToClose(id);
            assertEquals("eyJyIjoxfQ==", client.untilEnd());
            assertTrue(worker.hearsNothing(50), "the worker closed it itself");
        }
    }

    @Test
    void rawPayloadPassesAsItIs() throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                        .rawPayload()
                        .handler("@", "chat")
                        .start();
                ScriptedWorker worker = broker.worker("chat");
                RawClient client = broker.client()) {
            client.send("@any/thing {}\0");
            worker.send(worker.take().connectionId(), "raw\0");
            assertEquals("raw\0", client.exactly(4));
        }
    }

    @Test
    void aPingIsSwallowedAndWhatOnlyResemblesOneIsNot() throws Exception {
        try (BrokerHarness broker = chat().start();
                ScriptedWorker worker = broker.worker("chat");
                RawClient client = broker.client()) {
            client.send("@chat {\"type\":\"ping\"}\0@chat/x {\"type\":  \"ping\"}\0@ {\"type\":\"ping\"}\0");
            client.send("@chat1 {\"type\":\"ping\"}\0@chat {\"type\":\"ping\",\"a\":1}\0");
            assertEquals("@chat1", worker.take().path());
            assertEquals("{\"type\":\"ping\",\"a\":1}", text(worker.take()));
        }
    }

    @Test
    void aFlashPolicyIsAnsweredWhateverTheRoutes() throws Exception {
        try (BrokerHarness broker = chat().start();
                RawClient client = broker.client()) {
            assertEquals(POLICY, client.send("<policy-file-request/>\0").untilEnd());
        }
    }

    @Test
    void aMessageWithoutRouteIsAnsweredAsARequestAndEndsTheConnection() throws Exception {
        try (BrokerHarness broker = chat().start();
                ScriptedWorker worker = broker.worker("chat");
                RawClient client = broker.client()) {
            client.send("@chat {}\0@other {}\0");
            long id = worker.take().connectionId();
            String answer = client.untilEnd();
            assertTrue(answer.startsWith("HTTP/1.1 404 "), answer);
            assertTrue(answer.contains("\r\nConnection: close\r\n"), answer);
            RequestMessage notice = worker.take();
            assertTrue(notice.isDisconnect());
            assertEquals(id, notice.connectionId());
        }
    }

    @Test
    void aBrokenMessageIsAnsweredWith400() throws Exception {
        try (BrokerHarness broker = chat().start();
                RawClient client = broker.client()) {
            String answer = client.send("@chat [1]\0").untilEnd();
            assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
        }
    }

    @Test
    void messagesAndRequestsMixAndNeverInterleave() throws Exception {
        try (BrokerHarness broker = chat().handler("/", "web").start();
                ScriptedWorker chat = broker.worker("chat");
                ScriptedWorker web = broker.worker("web");
                RawClient client = broker.client()) {
            client.send("@chat {}\0");
            long socket = chat.take().connectionId();
            client.get("/");
            long request = web.take().connectionId();
            assertNotEquals(socket, request);
            chat.send(socket, "before");
            assertEquals("YmVmb3Jl\0", client.exactly(9));
            web.send(request, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab");
            String head = client.head();
            assertTrue(head.startsWith("HTTP/1.1 200"), head);
            assertEquals("ab", client.exactly(2));
            chat.send(socket, "during");
            assertTrue(client.hearsNothing(50), "a message stands inside an answer");
            web.send(request, "cd");
            assertEquals("cdZHVyaW5n\0", client.exactly(11));
            client.send("@chat {}\0");
            assertEquals(socket, chat.take().connectionId());
        }
    }

    @Test
    void everyHandlerHearsOfTheEndUnderItsOwnId() throws Exception {
        try (BrokerHarness broker = chat().handler("@news", "news").start();
                ScriptedWorker chat = broker.worker("chat");
                ScriptedWorker news = broker.worker("news")) {
            long first;
            long second;
            try (RawClient client = broker.client()) {
                client.send("@chat {}\0@news {}\0");
                first = chat.take().connectionId();
                second = news.take().connectionId();
                news.send(first, "not yours");
                Await.until("refused", () -> broker.broker().counters().get(Counter.FOREIGN_REPLY) == 1);
            }
            assertEquals(first, disconnected(chat.take()));
            assertEquals(second, disconnected(news.take()));
        }
    }

    private static String text(RequestMessage message) {
        return new String(message.content(), ISO_8859_1);
    }

    private static long disconnected(RequestMessage notice) {
        assertTrue(notice.isDisconnect());
        return notice.connectionId();
    }

    @Test
    void messagesWaitForAWorkerInTheirOrder() throws Exception {
        try (BrokerHarness broker = chat().start();
                RawClient client = broker.client()) {
            StringBuilder sent = new StringBuilder();
            for (int i = 0; i < 500; i++) {
                sent.append("@chat {\"n\":").append(i).append("}\0");
            }
            client.send(sent.toString());
            Await.until("one waits", () -> broker.pool("chat").queued() == 1);
            try (ScriptedWorker worker = broker.worker("chat")) {
                for (int i = 0; i < 500; i++) {
                    assertEquals("{\"n\":" + i + "}", text(worker.take()));
                }
            }
            assertEquals(500, broker.broker().counters().get(Counter.MESSAGES));
        }
    }

    @Test
    void aMessageThatWaitsTooLongEndsTheConnection() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(HttpInbound.class);
        ListAppender<ILoggingEvent> faults = new ListAppender<>();
        faults.start();
        logger.addAppender(faults);
        try (BrokerHarness broker = BrokerHarness.builder()
                        .limits(Duration.ofSeconds(60), Duration.ofMillis(50), 10, 10)
                        .handler("@chat", "chat")
                        .start();
                RawClient client = broker.client()) {
            assertEquals("", client.send("@chat {}\0").untilEnd());
            assertEquals(0, broker.pool("chat").queued());
            assertEquals(1, broker.broker().counters().get(Counter.MESSAGES_REFUSED));
        } finally {
            logger.detachAppender(faults);
        }
        assertEquals(List.of(), faults.list, "what is logged by a connection in order");
    }

    @Test
    void aMessageWithoutAPlaceToWaitEndsTheConnection() throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                        .limits(Duration.ofSeconds(60), Duration.ofSeconds(10), 0, 10)
                        .handler("@chat", "chat")
                        .start();
                RawClient client = broker.client()) {
            assertEquals("", client.send("@chat {}\0").untilEnd());
        }
    }

    @Test
    void whoeverLeavesTakesTheMessageThatWaitsAlong() throws Exception {
        try (BrokerHarness broker = chat().start()) {
            try (RawClient client = broker.client()) {
                client.send("@chat {}\0");
                Await.until("it waits", () -> broker.pool("chat").queued() == 1);
            }
            Await.until("it is gone", () -> broker.pool("chat").queued() == 0);
            try (ScriptedWorker worker = broker.worker("chat")) {
                assertTrue(worker.hearsNothing(50), "nobody is there any more");
            }
        }
    }

    @Test
    void messagesTakeNoPlaceOfRequests() throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                        .limits(Duration.ofSeconds(60), Duration.ofSeconds(10), 10, 1)
                        .handler("@chat", "chat")
                        .start();
                ManagedWorker worker = broker.managedWorker("chat");
                RawClient client = broker.client()) {
            worker.hello("one", 1);
            client.send("@chat {\"n\":1}\0@chat {\"n\":2}\0@chat {\"n\":3}\0");
            for (int i = 1; i <= 3; i++) {
                assertEquals("{\"n\":" + i + "}", text(worker.take()));
            }
        }
    }

    @Test
    void aSilentConnectionEndsAndItsWorkerHears() throws Exception {
        try (BrokerHarness broker = chat().with(Setting.SESSION_IDLE, "300ms")
                        .with(Setting.IDLE_TIME, "1ms")
                        .start();
                ScriptedWorker worker = broker.worker("chat");
                RawClient client = broker.client()) {
            client.send("@chat {}\0");
            long id = worker.take().connectionId();
            assertEquals("", client.untilEnd());
            assertEquals(id, disconnected(worker.take()));
        }
    }

    @Test
    void theLossOfAWorkerEndsNothing() throws Exception {
        try (BrokerHarness broker = chat().start();
                RawClient client = broker.client()) {
            long id;
            try (ScriptedWorker first = broker.worker("chat")) {
                client.send("@chat {}\0");
                id = first.take().connectionId();
            }
            Await.until("it left", () -> !broker.pool("chat").hasWorkers());
            try (ScriptedWorker second = broker.worker("chat")) {
                client.send("@chat {}\0");
                assertEquals(id, second.take().connectionId());
                second.send(id, "x");
                assertEquals("eA==\0", client.exactly(5));
            }
        }
    }
}
