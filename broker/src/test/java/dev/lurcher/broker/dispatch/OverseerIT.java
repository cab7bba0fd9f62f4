package dev.lurcher.broker.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.testing.Await;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.ManagedWorker;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedWorker;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an operator sees and does of a queue and its workers. */
class OverseerIT {
    private static void awaitQueued(BrokerHarness broker, int count) {
        Await.until(count + " wait", () -> broker.pool("hello").queued() == count);
    }

    @Test
    void showsWhatWaitsInItsOrder() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                RawClient a = broker.client();
                RawClient b = broker.client()) {
            a.get("/a");
            awaitQueued(broker, 1);
            b.send("POST /b HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc");
            awaitQueued(broker, 2);
            List<Overseer.Waiting> waiting = broker.pool("hello").overseer().peek(10);
            assertEquals("/a", waiting.get(0).head().path());
            assertEquals("/b", waiting.get(1).head().path());
            assertEquals(3, waiting.get(1).contentBytes());
            assertEquals(1, waiting.get(1).tries());
            assertTrue(waiting.get(0).waitedMicros() >= waiting.get(1).waitedMicros());
            assertEquals(1, broker.pool("hello").overseer().peek(1).size());
        }
    }

    @Test
    void dropsWhatHasWaitedForSoLong() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                RawClient a = broker.client();
                RawClient b = broker.client()) {
            Overseer overseer = broker.pool("hello").overseer();
            a.get("/a");
            awaitQueued(broker, 1);
            assertEquals(0, overseer.drop(Duration.ofSeconds(5)));
            Await.until("it has waited", () -> overseer.peek(1).get(0).waitedMicros() > 100_000);
            b.get("/b");
            awaitQueued(broker, 2);
            assertEquals(1, overseer.drop(Duration.ofMillis(100)));
            String answer = a.answer();
            assertTrue(answer.startsWith("HTTP/1.1 503 "), answer);
            assertTrue(answer.contains("X-Lurcher-Reason: dropped\r\n"), answer);
            assertTrue(answer.contains("Retry-After: "), answer);
            assertEquals(1, broker.pool("hello").queued());
            assertEquals(1, overseer.drop(Duration.ZERO));
            assertTrue(b.answer().contains("X-Lurcher-Reason: dropped\r\n"));
            assertEquals(2, broker.broker().counters().get(Counter.DROPPED));
            a.get("/again");
            awaitQueued(broker, 1);
            try (ScriptedWorker worker = broker.worker("hello")) {
                worker.answer(worker.takeRequest(), "the connection lives on");
                assertTrue(a.answer().endsWith("lives on"));
            }
        }
    }

    @Test
    void kickedWorkersLoseWhatTheyHoldToOthers() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ManagedWorker stuck = broker.managedWorker("hello");
                RawClient client = broker.client()) {
            stuck.hello("stuck", 0);
            client.get("/a");
            stuck.take();
            long number = broker.pool("hello").figures().workers().get(0).number();
            assertEquals(
                    0,
                    broker.pool("hello")
                            .overseer()
                            .kick(worker -> worker.number() == number + 1)
                            .size());
            List<PoolFigures.OfWorker> kicked =
                    broker.pool("hello").overseer().kick(worker -> worker.number() == number);
            assertEquals("stuck", kicked.get(0).name());
            assertEquals(1, kicked.get(0).held());
            assertTrue(stuck.isDropped());
            try (ManagedWorker other = broker.managedWorker("hello")) {
                other.hello("other", 0);
                other.answer(other.take(), "from the other");
                assertTrue(client.answer().endsWith("from the other"));
            }
        }
    }

    @Test
    void aDrainedClassicWorkerFinishesAndGetsNothingNew() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                RawClient a = broker.client();
                RawClient b = broker.client()) {
            a.get("/a");
            var held = worker.takeRequest();
            assertEquals(1, broker.pool("hello").overseer().drain(any -> true).size());
            b.get("/b");
            awaitQueued(broker, 1);
            assertTrue(worker.hearsNothing(50));
            worker.answer(held, "finished");
            assertTrue(a.answer().endsWith("finished"));
            try (ScriptedWorker other = broker.worker("hello")) {
                other.answer(other.takeRequest(), "from the other");
                assertTrue(b.answer().endsWith("from the other"));
            }
        }
    }

    @Test
    void tellsHowLongRequestsHaveWaitedLately() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                RawClient client = broker.client()) {
            client.get("/a");
            Await.until("it has waited", () -> broker.pool("hello").figures().oldestMicros() > 50_000);
            try (ScriptedWorker worker = broker.worker("hello")) {
                worker.answer(worker.takeRequest(), "now");
                client.answer();
                PoolFigures figures = broker.pool("hello").figures();
                assertTrue(figures.recentWaits().getValueAtPercentile(50) >= 50_000);
                assertEquals(1, figures.recentWaits().getTotalCount());
                long later = System.nanoTime() + Duration.ofSeconds(31).toNanos();
                broker.pool("hello").tick(later);
                assertEquals(1, broker.pool("hello").figures().recentWaits().getTotalCount());
                broker.pool("hello").tick(later + Duration.ofSeconds(31).toNanos());
                assertEquals(0, broker.pool("hello").figures().recentWaits().getTotalCount());
                assertEquals(1, broker.pool("hello").figures().waits().getTotalCount());
            }
        }
    }
}
