package dev.lurcher.broker.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.HandlerPolicy;
import dev.lurcher.broker.config.HandlerPolicy.Affinity;
import dev.lurcher.broker.config.HandlerPolicy.OnEmpty;
import dev.lurcher.broker.config.HandlerPolicy.Retry;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.testing.Await;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.ManagedWorker;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedWorker;
import dev.lurcher.protocol.RequestMessage;
import dev.lurcher.protocol.WorkerControl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the columns of a handler's policy do. */
class PolicyIT {
    @Test
    void aRequestMayFailAtOnceWithoutWorkers() throws Exception {
        try (BrokerHarness broker = with(new OnEmpty.Fail(), new Affinity.None(), false);
                RawClient client = broker.client()) {
            String answer = client.get("/").answer();
            assertTrue(answer.startsWith("HTTP/1.1 503 "), answer);
            assertTrue(answer.contains("X-Lurcher-Reason: no_worker\r\n"), answer);
            try (ScriptedWorker worker = broker.worker("hello")) {
                Await.until("it has joined", () -> broker.pool("hello").hasWorkers());
                client.get("/");
                worker.answer(worker.take(), "now");
                assertTrue(client.answer().endsWith("now"));
            }
        }
    }

    @Test
    void aPageMayStandInForWorkers(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("index.html"), "<h1>Zurück um drei</h1>\n");
        try (BrokerHarness broker = with(new OnEmpty.Page(folder), new Affinity.None(), false);
                RawClient client = broker.client()) {
            String answer = client.get("/").answer();
            assertTrue(answer.startsWith("HTTP/1.1 503 "), answer);
            assertTrue(answer.contains("Content-Type: text/html; charset=utf-8\r\n"), answer);
            assertTrue(answer.contains("Retry-After: 10\r\n"), answer);
            assertTrue(answer.endsWith("um drei</h1>\n"), answer);
            assertTrue(client.get("/").answer().endsWith("um drei</h1>\n"));
        }
    }

    @Test
    void requestsThatBelongTogetherGoToTheSameWorker() throws Exception {
        try (BrokerHarness broker = with(new OnEmpty.Wait(), new Affinity.Cookie("session"), false);
                RawClient client = broker.client()) {
            List<ManagedWorker> workers = new ArrayList<>();
            for (String name : List.of("one", "two", "three")) {
                ManagedWorker worker = broker.managedWorker("hello");
                worker.hello(name, 0);
                workers.add(worker);
            }
            int[] served = new int[3];
            for (int session = 0; session < 30; session++) {
                int first = serve(client, workers, session);
                assertEquals(first, serve(client, workers, session));
                served[first]++;
            }
            for (int each : served) {
                assertTrue(each >= 2, "of 30 sessions one worker has only " + each);
            }
            int leaving = serve(client, workers, 7);
            workers.get(leaving).say(new WorkerControl.Drain());
            workers.get(leaving).take();
            ManagedWorker gone = workers.remove(leaving);
            int next = serve(client, workers, 7);
            assertEquals(next, serve(client, workers, 7));
            gone.close();
            for (ManagedWorker worker : workers) {
                worker.close();
            }
        }
    }

    /** Sends a request of a session and answers it by whichever worker gets it; which one that was. */
    private static int serve(RawClient client, List<ManagedWorker> workers, int session) throws Exception {
        client.send("GET / HTTP/1.1\r\nHost: localhost\r\nCookie: a=b; session=" + session + "\r\n\r\n");
        while (true) {
            for (int i = 0; i < workers.size(); i++) {
                RequestMessage request = workers.get(i).take(5);
                if (request != null) {
                    workers.get(i).answer(request, "by " + i);
                    assertTrue(client.answer().endsWith("by " + i));
                    return i;
                }
            }
        }
    }

    @Test
    void aBusyWorkerDoesNotHoldUpTheSessionsOfOthers() throws Exception {
        HandlerPolicy policy =
                new HandlerPolicy(Retry.IDEMPOTENT, 3, new OnEmpty.Wait(), new Affinity.Field("x-key"), false);
        try (BrokerHarness broker = BrokerHarness.builder()
                        .policy(policy)
                        .limits(Duration.ofSeconds(60), Duration.ofSeconds(10), 100, 1)
                        .handler("/", "hello")
                        .start();
                ManagedWorker one = broker.managedWorker("hello");
                ManagedWorker two = broker.managedWorker("hello")) {
            one.hello("one", 0);
            two.hello("two", 0);
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                RawClient client = broker.client();
                client.send("GET /" + i + " HTTP/1.1\r\nHost: localhost\r\nX-Key: " + i + "\r\n\r\n");
                clients.add(client);
            }
            // The first worker keeps its request for ever; the other one gets all of its own nevertheless.
            RequestMessage kept = one.take();
            int served = 0;
            RequestMessage request = two.take(300);
            while (request != null) {
                two.answer(request, "two");
                served++;
                request = two.take(300);
            }
            assertTrue(served >= 3, served + " served");
            assertEquals(20 - 1 - served, broker.pool("hello").queued());
            one.answer(kept, "one");
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void aRequiredHandlerWithoutWorkerIsNotReady() throws Exception {
        try (BrokerHarness broker = with(new OnEmpty.Wait(), new Affinity.None(), true)) {
            assertFalse(broker.broker().isReady());
            try (ScriptedWorker worker = broker.worker("hello")) {
                Await.until("it is ready", () -> broker.broker().isReady());
                assertTrue(worker.hearsNothing(1));
            }
            Await.until("it is not ready any more", () -> !broker.broker().isReady());
        }
    }

    @Test
    void retryAfterFollowsThePace() throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                        .limits(Duration.ofSeconds(60), Duration.ofSeconds(30), 20, 1)
                        .handler("/", "hello")
                        .start();
                ScriptedWorker worker = broker.worker("hello")) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 21; i++) {
                clients.add(broker.client().get("/" + i));
            }
            Await.until("20 wait", () -> broker.pool("hello").queued() == 20);
            try (RawClient unknown = broker.client()) {
                assertTrue(unknown.get("/").answer().contains("Retry-After: 30\r\n"));
            }
            long end = System.nanoTime() + 1_200_000_000L;
            // Two answers in more than a second: the twenty that wait then take about ten.
            worker.answer(worker.take(), "1");
            RequestMessage second = worker.take();
            Await.until("more than a second has passed", () -> System.nanoTime() - end > 0);
            worker.answer(second, "2");
            clients.add(broker.client().get("/21"));
            clients.add(broker.client().get("/22"));
            Await.until("20 wait again", () -> broker.pool("hello").queued() == 20);
            try (RawClient full = broker.client()) {
                String answer = full.get("/").answer();
                int seconds = Integer.parseInt(answer.replaceAll("(?s).*Retry-After: (\\d+).*", "$1"));
                assertTrue(seconds >= 5 && seconds <= 29, answer);
            }
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void contentOfAllRequestsIsBounded() throws Exception {
        String head = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 40000\r\n\r\n";
        String content = "x".repeat(40_000);
        try (BrokerHarness broker = BrokerHarness.builder()
                        .with(Setting.CONTENT_MEMORY, "100k")
                        .handler("/", "hello")
                        .start();
                ScriptedWorker worker = broker.worker("hello");
                RawClient first = broker.client();
                RawClient second = broker.client();
                RawClient third = broker.client()) {
            first.send(head + content);
            RequestMessage held = worker.take();
            second.send(head + content);
            RequestMessage alsoHeld = worker.take();
            String answer = third.send(head + content).answer();
            assertTrue(answer.contains("X-Lurcher-Reason: overloaded\r\n"), answer);
            worker.answer(held, "done");
            assertTrue(first.answer().endsWith("done"));
            first.send(head + content);
            worker.answer(worker.take(), "again");
            assertTrue(first.answer().endsWith("again"));
            worker.answer(alsoHeld, "too");
            assertTrue(second.answer().endsWith("too"));
        }
    }

    @Test
    void oneHandlerLeavesMemoryForTheOthers() throws Exception {
        String head = "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 40000\r\n\r\n";
        String content = "x".repeat(40_000);
        try (BrokerHarness broker = BrokerHarness.builder()
                        .with(Setting.CONTENT_MEMORY, "100k")
                        .handler("/a", "stuck")
                        .handler("/b", "sound")
                        .start();
                ScriptedWorker stuck = broker.worker("stuck");
                ScriptedWorker sound = broker.worker("sound");
                RawClient first = broker.client();
                RawClient second = broker.client();
                RawClient other = broker.client()) {
            first.send(head.formatted("/a") + content);
            stuck.take();
            String answer = second.send(head.formatted("/a") + content).answer();
            assertTrue(answer.contains("X-Lurcher-Reason: overloaded\r\n"), answer);
            other.send(head.formatted("/b") + content);
            sound.answer(sound.take(), "done");
            assertTrue(other.answer().endsWith("done"));
        }
    }

    private static BrokerHarness with(OnEmpty onEmpty, Affinity affinity, boolean required) {
        return BrokerHarness.builder()
                .policy(new HandlerPolicy(Retry.IDEMPOTENT, 3, onEmpty, affinity, required))
                .handler("/", "hello")
                .start();
    }
}
