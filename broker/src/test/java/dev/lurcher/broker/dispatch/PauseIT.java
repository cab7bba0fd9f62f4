package dev.lurcher.broker.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.HandlerPolicy;
import dev.lurcher.broker.config.HandlerPolicy.Affinity;
import dev.lurcher.broker.config.HandlerPolicy.OnEmpty;
import dev.lurcher.broker.config.HandlerPolicy.Retry;
import dev.lurcher.broker.testing.Await;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedWorker;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Requests are held back, and go to whoever is there afterwards. */
class PauseIT {
    private static final Duration LONG = Duration.ofMinutes(10);

    private static void awaitQueued(BrokerHarness broker, int count) {
        Await.until(count + " wait", () -> broker.pool("hello").queued() == count);
    }

    @Test
    void whatComesMeanwhileGoesToTheWorkersThatAreThereAfterwards() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                RawClient a = broker.client();
                RawClient b = broker.client()) {
            Overseer overseer = broker.pool("hello").overseer();
            try (ScriptedWorker before = broker.worker("hello")) {
                Await.until("it has joined", () -> broker.pool("hello").hasWorkers());
                overseer.pause(LONG);
                a.get("/a");
                awaitQueued(broker, 1);
                assertTrue(before.hearsNothing(50));
            }
            Await.until("it has left", () -> !broker.pool("hello").hasWorkers());
            b.get("/b");
            awaitQueued(broker, 2);
            try (ScriptedWorker after = broker.worker("hello")) {
                Await.until("the new one has joined", () -> broker.pool("hello").hasWorkers());
                assertTrue(after.hearsNothing(50));
                assertTrue(overseer.resume());
                after.answer(after.takeRequest(), "first");
                after.answer(after.takeRequest(), "second");
                assertTrue(a.answer().endsWith("first"));
                assertTrue(b.answer().endsWith("second"));
            }
            assertFalse(overseer.resume(), "nothing is paused any more");
        }
    }

    @Test
    void whatWorkersHaveGoesOn() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            client.get("/a");
            var request = worker.takeRequest();
            broker.pool("hello").overseer().pause(LONG);
            worker.answer(request, "meanwhile");
            assertTrue(client.answer().endsWith("meanwhile"));
        }
    }

    @Test
    void itEndsByItself() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            broker.pool("hello").overseer().pause(Duration.ofMillis(300));
            long begin = System.nanoTime();
            client.get("/a");
            worker.answer(worker.takeRequest(), "released");
            assertTrue(System.nanoTime() - begin >= Duration.ofMillis(290).toNanos(), "it was not held");
            assertTrue(client.answer().endsWith("released"));
            assertEquals(0, broker.pool("hello").figures().pausedMillis());
        }
    }

    @Test
    void nobodyIsToldThatItTookTooLong() throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                        .limits(Duration.ofSeconds(60), Duration.ofMillis(200), 10, 100)
                        .handler("/", "hello")
                        .start();
                RawClient client = broker.client()) {
            Overseer overseer = broker.pool("hello").overseer();
            overseer.pause(LONG);
            client.get("/a");
            awaitQueued(broker, 1);
            assertTrue(client.hearsNothing(800), "handler.queue_timeout does not count now");
            overseer.resume();
            String answer = client.answer();
            assertTrue(answer.contains("X-Lurcher-Reason: no_worker\r\n"), answer);
        }
    }

    @Test
    void requestsWaitEvenWhereTheyFailAtOnceWithoutWorkers() throws Exception {
        HandlerPolicy failing = new HandlerPolicy(Retry.IDEMPOTENT, 2, new OnEmpty.Fail(), new Affinity.None(), false);
        try (BrokerHarness broker = BrokerHarness.builder()
                        .policy(failing)
                        .handler("/", "hello")
                        .start();
                RawClient client = broker.client()) {
            broker.pool("hello").overseer().pause(LONG);
            client.get("/a");
            awaitQueued(broker, 1);
            try (ScriptedWorker worker = broker.worker("hello")) {
                Await.until("it has joined", () -> broker.pool("hello").hasWorkers());
                broker.pool("hello").overseer().resume();
                worker.answer(worker.takeRequest(), "served");
                assertTrue(client.answer().endsWith("served"));
            }
        }
    }

    @Test
    void theQueueIsBoundedAsEver() throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                        .limits(Duration.ofSeconds(60), Duration.ofSeconds(10), 1, 100)
                        .handler("/", "hello")
                        .start();
                RawClient a = broker.client();
                RawClient b = broker.client()) {
            broker.pool("hello").overseer().pause(LONG);
            a.get("/a");
            awaitQueued(broker, 1);
            String answer = b.get("/b").answer();
            assertTrue(answer.contains("X-Lurcher-Reason: queue_full\r\n"), answer);
        }
    }

    @Test
    void otherHandlersAreServed() throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                        .handler("/", "hello")
                        .handler("/other", "other")
                        .start();
                ScriptedWorker other = broker.worker("other");
                RawClient client = broker.client()) {
            broker.pool("hello").overseer().pause(LONG);
            client.get("/other");
            other.answer(other.takeRequest(), "served");
            assertTrue(client.answer().endsWith("served"));
        }
    }
}
