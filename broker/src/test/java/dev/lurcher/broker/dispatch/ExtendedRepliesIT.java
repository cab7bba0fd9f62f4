package dev.lurcher.broker.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.testing.Await;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedWorker;
import dev.lurcher.protocol.ExtendedReply;
import dev.lurcher.protocol.RequestMessage;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Replies that begin with X: what a worker may ask of a connection beside sending and closing. */
class ExtendedRepliesIT {
    private static final ExtendedReply KEEP_ALIVE = new ExtendedReply.Control(true, 0, false);
    private static final ExtendedReply CANCEL = new ExtendedReply.Control(false, 0, true);

    @Test
    void keepAliveGivesTheWorkerItsTimeAnew() throws Exception {
        try (BrokerHarness harness = BrokerHarness.builder()
                        .limits(Duration.ofMillis(600), Duration.ofSeconds(5), 10, 10)
                        .handler("/", "hello")
                        .start();
                ScriptedWorker worker = harness.worker("hello");
                RawClient client = harness.client()) {
            RequestMessage request = client.get("/") == client ? worker.take() : null;
            assertTrue(request != null);
            for (int i = 0; i < 5; i++) {
                assertTrue(worker.hearsNothing(250), "given up after " + i + " times");
                worker.ask(request.connectionId(), KEEP_ALIVE);
            }
            worker.answer(request, "at last");
            assertTrue(client.answer().endsWith("at last"));

            client.get("/");
            worker.ask(worker.take().connectionId(), KEEP_ALIVE);
            assertTrue(client.answer().startsWith("HTTP/1.1 504 "));
        }
    }

    @Test
    void cancelClosesAtOnceAndTellsNobody() throws Exception {
        try (BrokerHarness harness = BrokerHarness.simple();
                ScriptedWorker worker = harness.worker("hello");
                RawClient waiting = harness.client();
                RawClient answered = harness.client()) {
            waiting.get("/");
            worker.ask(worker.take().connectionId(), CANCEL);
            assertEquals("", waiting.untilEnd());

            answered.get("/");
            RequestMessage second = worker.take();
            worker.send(second.connectionId(), "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
            assertTrue(answered.head().startsWith("HTTP/1.1 200 "));
            worker.ask(second.connectionId(), CANCEL);
            assertEquals("abc", answered.untilEnd());
            // Whoever cancels what is gone hears nothing either.
            worker.ask(second.connectionId(), CANCEL);
            assertTrue(worker.hearsNothing(100));
            assertEquals(0, harness.broker().counters().get(Counter.NOTICES));
        }
    }

    @Test
    void cancelDoesNotEndAnAnswerWithoutALengthInOrder() throws Exception {
        try (BrokerHarness harness = BrokerHarness.simple();
                ScriptedWorker worker = harness.worker("hello");
                RawClient client = harness.client()) {
            client.get("/");
            RequestMessage request = worker.take();
            worker.send(request.connectionId(), "HTTP/1.1 200 OK\r\n\r\nabc");
            assertTrue(client.head().startsWith("HTTP/1.1 200 "));
            worker.ask(request.connectionId(), CANCEL);
            String rest = client.untilEnd();
            assertTrue(rest.endsWith("[reset]"), rest);
        }
    }

    @Test
    void reachesAllThatItNames() throws Exception {
        try (BrokerHarness harness = BrokerHarness.builder()
                        .with(Setting.EVENT_LOOPS, "3")
                        .handler("/", "hello")
                        .start();
                ScriptedWorker worker = harness.worker("hello")) {
            StringBuilder ids = new StringBuilder("X");
            RawClient[] clients = new RawClient[7];
            for (int i = 0; i < clients.length; i++) {
                clients[i] = harness.client().get("/");
                ids.append(' ').append(worker.take().connectionId());
            }
            worker.sendRaw("hello " + ids.length() + ":" + ids + ", 26:3:ctl,16:6:cancel,4:true!}]");
            for (RawClient client : clients) {
                assertEquals("", client.untilEnd());
                client.close();
            }
        }
    }

    @Test
    void anUnknownIdIsAnsweredAsAnyReplyIs() throws Exception {
        try (BrokerHarness harness = BrokerHarness.simple();
                ScriptedWorker worker = harness.worker("hello")) {
            worker.ask(123, KEEP_ALIVE);
            RequestMessage notice = worker.take();
            assertTrue(notice.isDisconnect());
            assertEquals(123, notice.connectionId());
        }
    }

    @Test
    void anUnknownKeyClosesTheConnection() throws Exception {
        try (BrokerHarness harness = BrokerHarness.simple();
                ScriptedWorker worker = harness.worker("hello");
                RawClient client = harness.client()) {
            client.get("/");
            String id = String.valueOf(worker.take().connectionId());
            worker.sendRaw("hello " + (id.length() + 2) + ":X " + id + ", 12:4:http,2:no,]");
            assertEquals("", client.untilEnd());
            assertTrue(worker.hearsNothing(100));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "12:4:http,2:no,",
                "7:3:ctl,1:x]",
                "8:3:ctl,0:}]x",
                "19:3:ctl,9:7:credits,1:x,}]",
                "30:3:ctl,20:7:credits,7:100000^}]"
            })
    void whatCannotBeReadLeavesTheConnectionAlone(String payload) throws Exception {
        try (BrokerHarness harness = BrokerHarness.simple();
                ScriptedWorker worker = harness.worker("hello");
                RawClient client = harness.client()) {
            client.get("/");
            RequestMessage request = worker.take();
            String id = String.valueOf(request.connectionId());
            worker.sendRaw("hello " + (id.length() + 2) + ":X " + id + ", " + payload);
            Await.until("it is counted", () -> harness.broker().counters().get(Counter.BAD_REPLY) == 1);
            worker.answer(request, "unharmed");
            assertTrue(client.answer().endsWith("unharmed"));
        }
    }

    @Test
    void otherHandlersConnectionsCannotBeReached() throws Exception {
        try (BrokerHarness harness = BrokerHarness.builder()
                        .handler("/a", "one")
                        .handler("/b", "two")
                        .start();
                ScriptedWorker one = harness.worker("one");
                ScriptedWorker two = harness.worker("two");
                RawClient client = harness.client()) {
            client.get("/a");
            RequestMessage request = one.take();
            two.ask(request.connectionId(), CANCEL);
            Await.until("it is counted", () -> harness.broker().counters().get(Counter.FOREIGN_REPLY) == 1);
            one.answer(request, "unharmed");
            assertTrue(client.answer().endsWith("unharmed"));
        }
    }
}
