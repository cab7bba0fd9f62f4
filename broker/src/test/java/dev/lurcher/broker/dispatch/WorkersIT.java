package dev.lurcher.broker.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.testing.Await;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedWorker;
import dev.lurcher.protocol.RequestMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkersIT {
    @Test
    void sharesRequestsAmongWorkers() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker one = broker.worker("hello");
                ScriptedWorker two = broker.worker("hello");
                RawClient a = broker.client();
                RawClient b = broker.client()) {
            a.get("/a");
            b.get("/b");
            one.answer(one.take(), "from one");
            two.answer(two.take(), "from two");
            String answers = a.answer() + b.answer();
            assertTrue(answers.contains("from one") && answers.contains("from two"), answers);
        }
    }

    @Test
    void aWorkerThatJoinsTakesWhatWaits() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                RawClient client = broker.client()) {
            client.get("/early");
            try (ScriptedWorker worker = broker.worker("hello")) {
                RequestMessage request = worker.take();
                assertEquals("/early", request.path());
                worker.answer(request, "late worker");
                assertTrue(client.answer().endsWith("late worker"));
            }
        }
    }

    @Test
    void answersWhenNoWorkerComes() throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                        .limits(Duration.ofSeconds(60), Duration.ofMillis(200), 10, 100)
                        .handler("/", "hello")
                        .start();
                RawClient client = broker.client()) {
            client.get("/");
            String answer = client.answer();
            assertTrue(answer.startsWith("HTTP/1.1 503 "), answer);
            assertTrue(answer.contains("X-Lurcher-Reason: no_worker\r\n"), answer);
            assertTrue(answer.contains("Retry-After: "), answer);
            // The connection lives on.
            client.get("/");
            assertTrue(client.answer().contains("no_worker"));
        }
    }

    @Test
    void refusesWhatTheQueueCannotHold() throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                .limits(Duration.ofSeconds(60), Duration.ofSeconds(30), 3, 100)
                .handler("/", "hello")
                .start()) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                clients.add(broker.client().get("/" + i));
            }
            try (RawClient last = broker.client()) {
                // All four are accepted by the same loop in order, or by several: ask until the queue is full.
                String answer = last.get("/last").answer();
                assertTrue(answer.contains("X-Lurcher-Reason: queue_full\r\n"), answer);
            }
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void givesAWorkerNoMoreThanItsPrefetch() throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                        .limits(Duration.ofSeconds(60), Duration.ofMillis(300), 10, 1)
                        .handler("/", "hello")
                        .start();
                ScriptedWorker worker = broker.worker("hello");
                RawClient a = broker.client();
                RawClient b = broker.client()) {
            a.get("/a");
            RequestMessage held = worker.take();
            b.get("/b");
            String busy = b.answer();
            assertTrue(busy.contains("X-Lurcher-Reason: queue_timeout\r\n"), busy);
            b.get("/c");
            worker.answer(held, "first");
            RequestMessage next = worker.take();
            assertEquals("/c", next.path());
            worker.answer(next, "second");
            assertTrue(a.answer().endsWith("first"));
            assertTrue(b.answer().endsWith("second"));
        }
    }

    @Test
    void aLateAnswerReachesNobody() throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                        .limits(Duration.ofMillis(300), Duration.ofSeconds(5), 10, 100)
                        .handler("/", "hello")
                        .start();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            client.get("/slow");
            RequestMessage slow = worker.take();
            String timeout = client.answer();
            assertTrue(timeout.startsWith("HTTP/1.1 504 "), timeout);
            assertTrue(timeout.contains("X-Lurcher-Reason: worker_timeout\r\n"), timeout);
            assertTrue(worker.take().isDisconnect());
            client.get("/next");
            RequestMessage next = worker.take();
            assertNotEquals(slow.connectionId(), next.connectionId());
            worker.answer(slow, "stale");
            worker.answer(next, "fresh");
            assertTrue(client.answer().endsWith("fresh"));
        }
    }

    @Test
    void tellsTheWorkerWhenAClientLeaves() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello")) {
            RawClient client = broker.client();
            client.get("/");
            RequestMessage request = worker.take();
            client.reset();
            RequestMessage notice = worker.take();
            assertTrue(notice.isDisconnect());
            assertEquals(request.connectionId(), notice.connectionId());
        }
    }

    @Test
    void dropsAQueuedRequestWhoseClientLeft() throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                        .limits(Duration.ofSeconds(60), Duration.ofSeconds(30), 10, 1)
                        .handler("/", "hello")
                        .start();
                ScriptedWorker worker = broker.worker("hello");
                RawClient a = broker.client()) {
            a.get("/a");
            RequestMessage held = worker.take();
            RawClient b = broker.client();
            b.get("/gone");
            Await.until("b's request has come", () -> broker.broker().counters().get(Counter.REQUESTS) == 2);
            b.reset();
            Await.until("b is gone", () -> broker.broker().counters().get(Counter.CLIENT_GONE) == 1);
            try (RawClient c = broker.client()) {
                c.get("/c");
                worker.answer(held, "done");
                RequestMessage next = worker.take();
                assertFalse(next.isDisconnect());
                assertEquals("/c", next.path());
                worker.answer(next, "here");
                assertTrue(c.answer().endsWith("here"));
            }
        }
    }

    @Test
    void oneReplyGoesToManyConnections() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello")) {
            List<RawClient> clients = new ArrayList<>();
            long[] ids = new long[20];
            for (int i = 0; i < ids.length; i++) {
                clients.add(broker.client().get("/" + i));
                ids[i] = worker.take().connectionId();
            }
            worker.sendToAll(ids, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nall");
            for (RawClient client : clients) {
                assertTrue(client.answer().endsWith("all"));
                client.close();
            }
        }
    }

    @Test
    void aReplyOfAnotherHandlerIsDropped() throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                        .handler("/a", "alpha")
                        .handler("/b", "beta")
                        .start();
                ScriptedWorker alpha = broker.worker("alpha");
                ScriptedWorker beta = broker.worker("beta");
                RawClient client = broker.client()) {
            client.get("/a");
            RequestMessage request = alpha.take();
            beta.send(request.connectionId(), "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong");
            // A second reply by the same socket that is acted on shows that the first one has been.
            try (RawClient other = broker.client()) {
                other.get("/b");
                beta.answer(beta.take(), "beta");
                assertTrue(other.answer().endsWith("beta"));
            }
            alpha.answer(request, "right");
            assertTrue(client.answer().endsWith("right"));
        }
    }

    @Test
    void badRepliesAreDroppedAndNothingElseHappens() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            for (int i = 0; i < 20; i++) {
                client.get("/" + i);
                RequestMessage request = worker.take();
                worker.sendRaw("hello 2:X , B");
                worker.sendRaw("this.is.wrong 5:12 34, ");
                worker.sendRaw("other 1:1, HTTP/1.1 200 OK\r\n\r\n");
                worker.sendRaw("");
                worker.answer(request, "good " + i);
                assertTrue(client.answer().endsWith("good " + i));
            }
        }
    }
}
