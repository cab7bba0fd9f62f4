package dev.lurcher.broker.http;

import static dev.lurcher.broker.testing.WebSocketClient.serverFrame;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.testing.Await;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.ManagedWorker;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedWorker;
import dev.lurcher.broker.testing.WebSocketClient;
import dev.lurcher.protocol.RequestMessage;
import dev.lurcher.protocol.WorkerControl;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** WebSockets whose workers come, go, and do not keep up. */
class WebSocketWorkersIT {
    @Test
    void theLossOfAClassicWorkerEndsNothingAndMessagesWaitInOrder() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                WebSocketClient client = broker.webSocket()) {
            long id;
            try (ScriptedWorker first = broker.worker("hello")) {
                id = client.open(first);
            }
            Await.until("it left", () -> !broker.pool("hello").hasWorkers());
            for (int i = 0; i < 100; i++) {
                client.send(0x81, "message " + i);
            }
            Await.until("one waits", () -> broker.pool("hello").queued() == 1);
            try (ScriptedWorker second = broker.worker("hello")) {
                for (int i = 0; i < 100; i++) {
                    RequestMessage message = second.take();
                    assertEquals(id, message.connectionId());
                    assertEquals("message " + i, text(message));
                }
                second.send(id, serverFrame(0x81, "here"));
                assertEquals("81:here", client.frame());
            }
        }
    }

    @Test
    void messagesGoToTheManagedWorkerThatHadTheHandshake() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ManagedWorker one = broker.managedWorker("hello");
                ManagedWorker two = broker.managedWorker("hello");
                WebSocketClient client = broker.webSocket()) {
            one.hello("one", 1);
            long id = open(client, one);
            try (RawClient other = broker.client()) {
                // The one place for a request is taken: messages need none.
                other.get("/");
                one.take();
                two.hello("two", 1);
                for (int i = 0; i < 20; i++) {
                    client.send(0x82, "m" + i);
                    RequestMessage message = one.take();
                    assertEquals(id, message.connectionId());
                    assertEquals("m" + i, text(message));
                }
                assertTrue(two.hearsNothing(50), "a message went to another worker");
            }
            one.send(id, serverFrame(0x82, "back"));
            assertEquals("82:back", client.frame());
        }
    }

    @Test
    void theEndIsToldToTheManagedWorkerThatHadTheHandshake() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ManagedWorker one = broker.managedWorker("hello");
                ManagedWorker two = broker.managedWorker("hello")) {
            one.hello("one", 10);
            long id;
            try (WebSocketClient client = broker.webSocket()) {
                id = open(client, one);
                two.hello("two", 10);
            }
            RequestMessage notice = one.take();
            assertTrue(notice.isDisconnect());
            assertEquals(id, notice.connectionId());
            assertTrue(two.hearsNothing(50), "another worker is told");
        }
    }

    @Test
    void theLossOfAManagedWorkerEndsItsWebSockets() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ManagedWorker other = broker.managedWorker("hello");
                WebSocketClient client = broker.webSocket();
                WebSocketClient kept = broker.webSocket()) {
            try (ManagedWorker lost = broker.managedWorker("hello")) {
                lost.hello("lost", 10);
                open(client, lost);
                other.hello("other", 10);
                lost.say(new WorkerControl.Drain());
                lost.take();
                open(kept, other);
            }
            assertEquals(1012, client.closeCode());
            assertEquals("", client.raw().untilEnd());
            kept.send(0x81, "still here");
            assertEquals("still here", text(other.take()));
        }
    }

    @Test
    void aMessageForAWorkerThatDrainsEndsItsWebSocket() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ManagedWorker worker = broker.managedWorker("hello");
                WebSocketClient client = broker.webSocket()) {
            worker.hello("one", 10);
            open(client, worker);
            worker.say(new WorkerControl.Drain());
            worker.take();
            client.send(0x81, "too late");
            assertEquals(1012, client.closeCode());
            assertTrue(worker.take().isDisconnect());
        }
    }

    @Test
    void aMessageThatNoWorkerTakesInTimeEndsTheWebSocket() throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                        .limits(Duration.ofSeconds(60), Duration.ofMillis(100), 10, 10)
                        .handler("/", "hello")
                        .start();
                WebSocketClient client = broker.webSocket()) {
            try (ScriptedWorker worker = broker.worker("hello")) {
                client.open(worker);
            }
            Await.until("it left", () -> !broker.pool("hello").hasWorkers());
            client.send(0x81, "hello?");
            assertEquals(1013, client.closeCode());
            assertEquals(1, broker.broker().counters().get(Counter.MESSAGES_REFUSED));
            assertEquals(0, broker.pool("hello").queued());
        }
    }

    @Test
    void aWorkerThatDoesNotReadHoldsTheClientUp() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                WebSocketClient client = broker.webSocket()) {
            client.open(worker);
            String payload = "x".repeat(60_000);
            Thread sender = Thread.ofPlatform().start(() -> {
                try {
                    for (int i = 0; i < 500; i++) {
                        client.send(0x82, payload);
                    }
                } catch (java.io.IOException e) {
                    throw new AssertionError(e);
                }
            });
            Await.until("one waits", () -> broker.pool("hello").queued() == 1);
            long taken = broker.broker().counters().get(Counter.MESSAGES);
            assertTrue(taken < 400, () -> taken + " messages lie with the broker");
            for (int i = 0; i < 500; i++) {
                assertEquals(payload.length(), worker.take().content().length);
            }
            sender.join();
        }
    }

    @Test
    void aClientThatDoesNotReadIsCutAndItsWorkerTold() throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                        .with(Setting.PENDING_BYTES, "64k")
                        .handler("/", "hello")
                        .start();
                ScriptedWorker worker = broker.worker("hello");
                WebSocketClient slow = broker.webSocket();
                WebSocketClient quick = broker.webSocket()) {
            long id = slow.open(worker);
            long other = quick.open(worker);
            String frame = serverFrame(0x82, "x".repeat(60_000));
            for (int i = 0; i < 500 && broker.broker().counters().get(Counter.SLOW_CLIENT) == 0; i++) {
                worker.sendToAll(new long[] {id, other}, frame);
                quick.frame();
            }
            Await.until("it is cut", () -> broker.broker().counters().get(Counter.SLOW_CLIENT) == 1);
            RequestMessage notice = worker.take();
            assertTrue(notice.isDisconnect());
            assertEquals(id, notice.connectionId());
            quick.send(0x81, "still here");
            assertEquals("still here", text(worker.takeRequest()));
        }
    }

    @Test
    void managedWorkersGetCreditForWhatClientsHaveTaken() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ManagedWorker worker = broker.managedWorker("hello");
                WebSocketClient client = broker.webSocket()) {
            long window = worker.hello("one", 10).window();
            long id = open(client, worker);
            String frame = serverFrame(0x82, "x".repeat(60_000));
            for (long sent = 0; sent < window; sent += frame.length()) {
                worker.send(id, frame);
                client.frame();
            }
            RequestMessage credit = worker.take();
            assertEquals(id, credit.connectionId());
            assertTrue(text(credit).startsWith("{\"type\":\"credit\","), text(credit));
        }
    }

    @Test
    void theStopOfTheBrokerEndsWebSockets() throws Exception {
        ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();
        try (BrokerHarness broker = BrokerHarness.builder()
                        .log(record -> log.add(record.method() + " " + record.status() + " " + record.reason()))
                        .handler("/", "hello")
                        .start();
                ScriptedWorker worker = broker.worker("hello");
                WebSocketClient client = broker.webSocket()) {
            long id = client.open(worker);
            assertEquals(List.of(), List.copyOf(log));
            Thread stopping = Thread.ofPlatform().start(() -> {
                try {
                    broker.broker().drain(Duration.ofSeconds(5));
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            assertEquals(1001, client.closeCode());
            assertEquals("", client.raw().untilEnd());
            client.close();
            stopping.join();
            RequestMessage notice = worker.take();
            assertTrue(notice.isDisconnect());
            assertEquals(id, notice.connectionId());
            assertEquals(List.of("GET 101 "), List.copyOf(log));
        }
    }

    @Test
    void silenceOfBothSidesEndsAWebSocket() throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                        .with(Setting.SESSION_IDLE, "300ms")
                        .handler("/", "hello")
                        .start();
                ScriptedWorker worker = broker.worker("hello");
                WebSocketClient client = broker.webSocket()) {
            client.open(worker);
            assertEquals(1001, client.closeCode());
            assertTrue(worker.take().isDisconnect());
        }
    }

    @Test
    void aClientThatLeavesWithoutAWordIsGone() throws Exception {
        ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();
        try (BrokerHarness broker = BrokerHarness.builder()
                        .log(record -> log.add(record.status() + " " + record.reason()))
                        .handler("/", "hello")
                        .start();
                ScriptedWorker worker = broker.worker("hello");
                WebSocketClient client = broker.webSocket()) {
            long id = client.open(worker);
            client.send(0x81, "last words");
            client.raw().endOutput();
            assertEquals("last words", text(worker.take()));
            RequestMessage notice = worker.take();
            assertTrue(notice.isDisconnect());
            assertEquals(id, notice.connectionId());
            Await.until("it is logged", () -> List.copyOf(log).equals(List.of("101 client_gone")));
            assertEquals(0, broker.broker().counters().get(Counter.SESSIONS_OPEN));
        }
    }

    @Test
    void aHandshakeThatNobodyAnswersTimesOut() throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                        .limits(Duration.ofMillis(100), Duration.ofSeconds(10), 10, 10)
                        .handler("/", "hello")
                        .start();
                ScriptedWorker worker = broker.worker("hello");
                WebSocketClient client = broker.webSocket()) {
            client.ask("/");
            worker.send(worker.take().connectionId(), "HTTP/1.1 101 Swit");
            assertTrue(client.raw().head().startsWith("HTTP/1.1 504 "));
        }
    }

    private static long open(WebSocketClient client, ManagedWorker worker) throws Exception {
        client.ask("/");
        RequestMessage handshake = worker.take();
        worker.send(handshake.connectionId(), WebSocketClient.switching(handshake));
        client.raw().head();
        return handshake.connectionId();
    }

    private static String text(RequestMessage message) {
        return new String(message.content(), ISO_8859_1);
    }
}
