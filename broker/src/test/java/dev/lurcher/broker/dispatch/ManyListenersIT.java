package dev.lurcher.broker.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.testing.Await;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedWorker;
import dev.lurcher.protocol.RequestMessage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Answers without an end, to many at once, from whatever worker of the handler. */
class ManyListenersIT {
    private static final String EVENTS =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n\r\n";

    @Test
    void oneReplyReachesAsManyAsItMayName() throws Exception {
        try (BrokerHarness harness = BrokerHarness.builder()
                        .with(Setting.EVENT_LOOPS, "2")
                        .handler("/", "hello")
                        .start();
                ScriptedWorker worker = harness.worker("hello");
                ScriptedWorker other = harness.worker("hello")) {
            List<RawClient> clients = new ArrayList<>();
            long[] ids = new long[128];
            for (int i = 0; i < ids.length; i++) {
                clients.add(harness.client().get("/"));
                // The two have them in turn.
                RequestMessage request = (i % 2 == 0 ? worker : other).takeRequest();
                ids[i] = request.connectionId();
            }
            worker.sendToAll(ids, EVENTS);
            for (RawClient client : clients) {
                assertEquals(EVENTS, client.head());
            }
            worker.sendToAll(ids, "data: one\n\n");
            for (RawClient client : clients) {
                assertEquals("data: one\n\n", client.exactly(11));
            }
            // Long after, and by the worker that did not begin.
            other.sendToAll(ids, "data: two\n\n");
            for (RawClient client : clients) {
                assertEquals("data: two\n\n", client.exactly(11));
            }
            String tooMany = "1 ".repeat(129).strip();
            worker.sendRaw("hello " + tooMany.length() + ":" + tooMany + ", x");
            Await.until("it is refused", () -> harness.broker().counters().get(Counter.BAD_REPLY) == 1);
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void aListenerThatDoesNotReadIsCutAndTheOthersDoNotNotice() throws Exception {
        try (BrokerHarness harness = BrokerHarness.builder()
                        .with(Setting.PENDING_BYTES, "256k")
                        .with(Setting.EVENT_LOOPS, "1")
                        .handler("/", "hello")
                        .start();
                ScriptedWorker worker = harness.worker("hello");
                RawClient slow = harness.client();
                RawClient quick = harness.client()) {
            long[] ids = new long[2];
            slow.get("/");
            ids[0] = worker.take().connectionId();
            quick.get("/");
            ids[1] = worker.take().connectionId();
            worker.sendToAll(ids, EVENTS);
            quick.head();
            String event = "data: " + "x".repeat(65_000) + "\n\n";
            int sent = 0;
            RequestMessage told = null;
            while (told == null) {
                assertTrue(++sent < 10_000, "never cut");
                worker.sendToAll(told == null ? ids : new long[] {ids[1]}, event);
                assertEquals(event, quick.exactly(event.length()));
                told = worker.poll(1);
            }
            assertTrue(told.isDisconnect());
            assertEquals(ids[0], told.connectionId());
            assertEquals(1, harness.broker().counters().get(Counter.SLOW_CLIENT));
            worker.send(ids[1], event);
            assertEquals(event, quick.exactly(event.length()));
        }
    }

    @Test
    void aLongPollIsAnsweredByAnyWorkerWhenThereIsSomethingToSay() throws Exception {
        try (BrokerHarness harness = BrokerHarness.simple();
                RawClient one = harness.client();
                RawClient two = harness.client()) {
            ScriptedWorker asked = harness.worker("hello");
            long first = one.get("/") == one ? asked.take().connectionId() : 0;
            long second = two.get("/") == two ? asked.take().connectionId() : 0;
            try (ScriptedWorker teller = harness.worker("hello")) {
                teller.sendToAll(new long[] {first, second}, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnews");
                assertTrue(one.answer().endsWith("news"));
                assertTrue(two.answer().endsWith("news"));
                // Both connections live on.
                one.get("/again");
                asked.closeRequests();
                RequestMessage again = teller.takeRequest();
                teller.answer(again, "more");
                assertTrue(one.answer().endsWith("more"));
            }
            asked.close();
        }
    }

    @Test
    void theWorkerHearsWhenAListenerOfAnEndlessAnswerLeaves() throws Exception {
        try (BrokerHarness harness = BrokerHarness.simple();
                ScriptedWorker worker = harness.worker("hello")) {
            try (RawClient client = harness.client()) {
                client.get("/");
                long id = worker.take().connectionId();
                worker.send(id, EVENTS);
                client.head();
                client.reset();
                RequestMessage gone = worker.take();
                assertTrue(gone.isDisconnect());
                assertEquals(id, gone.connectionId());
                worker.send(id, "data: nobody hears it\n\n");
                RequestMessage again = worker.take();
                assertTrue(again.isDisconnect());
                assertEquals(id, again.connectionId());
            }
        }
    }
}
