package dev.lurcher.broker.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.testing.Await;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.ManagedWorker;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedWorker;
import dev.lurcher.protocol.RequestMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rows of the table of threats in docs/security.md that are about workers, in the numbers that are demanded there. */
class HostileWorkersIT {
    private static final String FORGED = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged";

    private static BrokerHarness twoHandlers() {
        return BrokerHarness.builder()
                .handler("/a", "alpha")
                .handler("/b", "beta")
                .start();
    }

    /** Row Z6. */
    @Test
    void noneOfAThousandRepliesOfAnotherSenderIsDelivered() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            client.get("/");
            RequestMessage request = worker.take();
            String id = String.valueOf(request.connectionId());
            for (int i = 0; i < 1000; i++) {
                worker.sendRaw("sender%d %d:%s, %s".formatted(i, id.length(), id, FORGED));
            }
            worker.answer(request, "right");

            assertTrue(client.answer().endsWith("right"));
            assertEquals(1000, broker.broker().counters().get(Counter.WRONG_SENDER));
        }
    }

    /** Row Z7: ids that were given to the other handler are among those guessed. */
    @Test
    void noneOfTenThousandGuessedIdsIsReached() throws Exception {
        try (BrokerHarness broker = twoHandlers();
                ScriptedWorker alpha = broker.worker("alpha");
                ScriptedWorker beta = broker.worker("beta")) {
            List<RawClient> clients = new ArrayList<>();
            List<RequestMessage> requests = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                RawClient client = broker.client();
                clients.add(client);
                client.get("/a");
                requests.add(alpha.take());
            }
            long last = requests.stream()
                    .mapToLong(RequestMessage::connectionId)
                    .max()
                    .orElseThrow();
            // Not above: ids of beta's own clients follow.
            for (long id = Math.max(0, last - 9_999); id <= last; id++) {
                beta.send(id, FORGED);
            }
            // What the same socket sends next is acted on after it.
            try (RawClient own = broker.client()) {
                own.get("/b");
                beta.answer(beta.takeRequest(), "own");
                assertTrue(own.answer().endsWith("own"));
            }
            for (int i = 0; i < clients.size(); i++) {
                alpha.answer(requests.get(i), "right " + i);
                assertTrue(clients.get(i).answer().endsWith("right " + i));
                clients.get(i).close();
            }
            assertTrue(broker.broker().counters().get(Counter.FOREIGN_REPLY) > 0, "some were guessed right");
        }
    }

    /** Row Z12. */
    @Test
    void noneOfAThousandRequestsOfClientsThatLeftReachesAWorker() throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                .limits(Duration.ofSeconds(60), Duration.ofSeconds(60), 2000, 100)
                .handler("/", "hello")
                .start()) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                RawClient client = broker.client();
                clients.add(client);
                client.get("/stale");
            }
            Await.until("all wait", () -> broker.broker().counters().get(Counter.REQUESTS) == 1000);
            for (RawClient client : clients) {
                client.reset();
            }
            Await.until("all are gone", () -> broker.broker().counters().get(Counter.CLIENT_GONE) == 1000);
            try (ScriptedWorker worker = broker.worker("hello");
                    RawClient client = broker.client()) {
                client.get("/fresh");
                RequestMessage first = worker.take();
                assertEquals("/fresh", first.path());
                worker.answer(first, "here");
                assertTrue(client.answer().endsWith("here"));
                assertTrue(worker.hearsNothing(200));
            }
        }
    }

    /** Row Z13. */
    @Test
    void twoWorkersOfOneNameAreBothServed() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ManagedWorker one = broker.managedWorker("hello");
                ManagedWorker two = broker.managedWorker("hello");
                RawClient first = broker.client();
                RawClient second = broker.client()) {
            one.hello("twin", 1);
            two.hello("twin", 1);
            first.get("/1");
            second.get("/2");
            RequestMessage ones = one.take();
            RequestMessage twos = two.take();
            two.answer(twos, "of two");
            one.answer(ones, "of one");
            String answers = first.answer() + second.answer();
            assertTrue(answers.contains("of one") && answers.contains("of two"), answers);
        }
    }
}
