package dev.lurcher.broker.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.testing.Await;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.ManagedWorker;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedWorker;
import dev.lurcher.protocol.Notice;
import dev.lurcher.protocol.RequestMessage;
import dev.lurcher.protocol.WorkerControl;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ManagedIT {
    @Test
    void requestsAndRepliesShareOneConnection() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ManagedWorker worker = broker.managedWorker("hello");
                RawClient client = broker.client()) {
            Notice.Welcome welcome = worker.hello("one", 0);
            assertTrue(welcome.broker().startsWith("lurcher"), welcome.broker());
            assertEquals(256 << 10, welcome.window());
            assertEquals(60_000, welcome.timeoutMillis());
            client.get("/a");
            RequestMessage request = worker.take();
            assertEquals("/a", request.path());
            worker.answer(request, "managed");
            assertTrue(client.answer().endsWith("managed"));
            PoolFigures.OfWorker figures =
                    broker.pool("hello").figures().workers().get(0);
            assertEquals("one", figures.name());
            assertEquals(42, figures.hello().pid());
            assertTrue(figures.managed());
            assertEquals(1, figures.answered());
        }
    }

    @Test
    void itGetsNothingBeforeItsHello() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ManagedWorker worker = broker.managedWorker("hello");
                RawClient client = broker.client()) {
            client.get("/a");
            assertTrue(worker.hearsNothing(100));
            worker.hello("one", 0);
            assertEquals("/a", worker.take().path());
        }
    }

    @Test
    void whoSaysNoHelloIsDropped() throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                        .with(Setting.ZMTP_HANDSHAKE_TIME, "200ms")
                        .handler("/", "hello")
                        .start();
                ManagedWorker worker = broker.managedWorker("hello")) {
            assertTrue(worker.isDropped());
        }
    }

    @Test
    void itHoldsNoMoreThanItsCapacity() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ManagedWorker worker = broker.managedWorker("hello");
                RawClient a = broker.client();
                RawClient b = broker.client()) {
            worker.hello("one", 1);
            a.get("/a");
            RequestMessage first = worker.take();
            b.get("/b");
            assertTrue(worker.hearsNothing(100));
            worker.answer(first, "first");
            worker.answer(worker.take(), "second");
            assertTrue(a.answer().endsWith("first"));
            assertTrue(b.answer().endsWith("second"));
        }
    }

    @Test
    void whatItDrainsGoesToOthersAndNothingIsLost() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ManagedWorker leaving = broker.managedWorker("hello");
                RawClient a = broker.client();
                RawClient b = broker.client()) {
            leaving.hello("leaving", 0);
            a.get("/a");
            RequestMessage held = leaving.take();
            leaving.say(new WorkerControl.Drain());
            assertInstanceOf(Notice.Drain.class, leaving.take().notice());
            b.get("/b");
            assertTrue(leaving.hearsNothing(100));
            try (ManagedWorker other = broker.managedWorker("hello")) {
                other.hello("other", 0);
                other.answer(other.take(), "from the other");
                assertTrue(b.answer().endsWith("from the other"));
            }
            leaving.answer(held, "finished");
            assertTrue(a.answer().endsWith("finished"));
            leaving.say(new WorkerControl.Bye());
            Await.until(
                    "it is forgotten",
                    () -> broker.pool("hello").figures().workers().isEmpty());
        }
    }

    private static int drain(BrokerHarness broker, String name) {
        return broker.pool("hello")
                .overseer()
                .drain(worker -> worker.name().equals(name))
                .size();
    }

    @Test
    void anOperatorMayDrainIt() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ManagedWorker worker = broker.managedWorker("hello")) {
            worker.hello("one", 0);
            assertEquals(0, drain(broker, "nobody"));
            assertEquals(1, drain(broker, "one"));
            assertInstanceOf(Notice.Drain.class, worker.take().notice());
            assertTrue(broker.pool("hello").figures().workers().get(0).draining());
        }
    }

    @Test
    void whatItHeldIsRepeatedAtOnce() throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                        .with(Setting.HANDLER_LOSS_GRACE, "1m")
                        .handler("/", "hello")
                        .start();
                ManagedWorker first = broker.managedWorker("hello");
                RawClient client = broker.client()) {
            first.hello("first", 0);
            client.get("/a");
            RequestMessage lost = first.take();
            try (ManagedWorker second = broker.managedWorker("hello")) {
                second.hello("second", 0);
                first.close();
                RequestMessage again = second.take();
                assertNotEquals(lost.connectionId(), again.connectionId());
                second.answer(again, "repeated");
                assertTrue(client.answer().endsWith("repeated"));
            }
        }
    }

    @Test
    void anAnswerThatItHadBegunIsCutAtOnce() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ManagedWorker worker = broker.managedWorker("hello");
                RawClient client = broker.client()) {
            worker.hello("one", 0);
            client.get("/a");
            String begun = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n";
            worker.send(worker.take().connectionId(), begun);
            assertEquals(begun, client.exactly(begun.length()));
            long start = System.nanoTime();
            worker.close();
            assertEquals("", client.untilEnd());
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            assertTrue(millis < 1000, millis + " ms");
        }
    }

    @Test
    void itHearsOfAClientThatLeft() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ManagedWorker worker = broker.managedWorker("hello");
                RawClient client = broker.client()) {
            worker.hello("one", 0);
            client.get("/a");
            RequestMessage request = worker.take();
            client.reset();
            RequestMessage notice = worker.take();
            assertTrue(notice.isDisconnect());
            assertEquals(request.connectionId(), notice.connectionId());
        }
    }

    @Test
    void creditComesAsTheClientTakesItsAnswer() throws Exception {
        int window = 256 << 10;
        int total = 64 * window;
        try (BrokerHarness broker = BrokerHarness.simple();
                ManagedWorker worker = broker.managedWorker("hello");
                RawClient slow = broker.client();
                RawClient quick = broker.client()) {
            worker.hello("one", 0);
            slow.get("/slow");
            long id = worker.take().connectionId();
            String part = "x".repeat(16 << 10);
            String head = "HTTP/1.1 200 OK\r\nContent-Length: " + total + "\r\n\r\n";
            worker.send(id, head);
            int sent = head.length();
            long credit = window;
            // The client reads nothing: what its socket takes is credited, then no more.
            boolean paused = false;
            while (!paused) {
                while (sent + part.length() <= credit) {
                    worker.send(id, part);
                    sent += part.length();
                }
                RequestMessage more = worker.take(300);
                paused = more == null;
                credit += paused ? 0 : credit(more, id);
            }
            assertTrue(sent < total + head.length(), "credit for all, though the client reads nothing");
            quick.get("/quick");
            worker.answer(worker.take(), "meanwhile");
            assertTrue(quick.answer().endsWith("meanwhile"));
            slow.exactly(sent);
            int rest = total + head.length() - sent;
            while (rest > 0) {
                while (part.length() > credit - sent) {
                    credit += credit(worker.take(), id);
                }
                String last = "x".repeat(Math.min(rest, part.length()));
                worker.send(id, last);
                sent += last.length();
                rest -= last.length();
                slow.exactly(last.length());
            }
            slow.get("/again");
            worker.answer(takeRequest(worker), "alive");
            assertTrue(slow.answer().endsWith("alive"));
            assertEquals(0, broker.broker().counters().get(Counter.SLOW_CLIENT));
        }
    }

    private static long credit(@Nullable RequestMessage message, long id) {
        assertNotNull(message);
        assertEquals(id, message.connectionId());
        return assertInstanceOf(Notice.Credit.class, message.notice()).bytes();
    }

    private static RequestMessage takeRequest(ManagedWorker worker) throws Exception {
        RequestMessage message = worker.take();
        while (message.notice() != null) {
            message = worker.take();
        }
        return message;
    }

    @Test
    void whoeverWritesToNobodyIsToldItself() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ManagedWorker other = broker.managedWorker("hello");
                ManagedWorker writer = broker.managedWorker("hello")) {
            other.hello("other", 0);
            writer.hello("writer", 0);
            writer.send(7, "to nobody");
            RequestMessage notice = writer.take();
            assertTrue(notice.isDisconnect());
            assertEquals(7, notice.connectionId());
            assertTrue(other.hearsNothing(50));
        }
    }

    @Test
    void whatItSaysWronglyIsDroppedAndNothingElseHappens() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ManagedWorker worker = broker.managedWorker("hello");
                RawClient client = broker.client()) {
            worker.sendRaw("hello 1:X, 5:wrong,");
            worker.sendRaw("other 1:X, 12:5:hello,0:}]");
            worker.hello("one", 0);
            worker.sendRaw("hello 1:X, 9:3:fly,0:}]");
            worker.sendRaw("hello 1:Y, ");
            client.get("/a");
            worker.answer(worker.take(), "still here");
            assertTrue(client.answer().endsWith("still here"));
            assertEquals(2, broker.broker().counters().get(Counter.BAD_REPLY));
            assertEquals(1, broker.broker().counters().get(Counter.WRONG_SENDER));
        }
    }

    @Test
    void classicWorkersShareTheEndpoint() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ManagedWorker managed = broker.managedWorker("hello");
                ScriptedWorker classic = broker.worker("hello");
                RawClient a = broker.client();
                RawClient b = broker.client()) {
            managed.hello("one", 0);
            a.get("/a");
            b.get("/b");
            managed.answer(managed.take(), "managed");
            classic.answer(classic.take(), "classic");
            String answers = a.answer() + b.answer();
            assertTrue(answers.contains("managed") && answers.contains("classic"), answers);
        }
    }
}
