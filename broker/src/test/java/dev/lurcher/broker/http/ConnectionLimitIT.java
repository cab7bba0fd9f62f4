package dev.lurcher.broker.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.telemetry.Counters;
import dev.lurcher.broker.testing.Await;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedWorker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** More clients than limits.connections allows. */
class ConnectionLimitIT {
    private static final int LIMIT = 4;

    /** How many past the limit are taken in to be refused, and how many of them may be left when accepting goes on. */
    private static final int REFUSED_AT_ONCE = 64;

    private static final int REFUSED_AT_REST = 32;

    private static BrokerHarness broker(int loops) {
        return BrokerHarness.builder()
                .with(Setting.CONNECTIONS, String.valueOf(LIMIT))
                .with(Setting.EVENT_LOOPS, String.valueOf(loops))
                .handler("/", "hello")
                .start();
    }

    private static RawClient connected(BrokerHarness broker, int count) throws IOException {
        RawClient client = broker.client();
        Counters counters = broker.broker().counters();
        Await.until("it is accepted", () -> counters.get(Counter.CONNECTIONS_ACCEPTED) == count);
        return client;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void refusesWhoComesPastTheLimitAndGoesOnServingTheOthers(int loops) throws Exception {
        try (BrokerHarness broker = broker(loops);
                ScriptedWorker worker = broker.worker("hello")) {
            List<RawClient> served = new ArrayList<>();
            for (int i = 1; i <= LIMIT; i++) {
                served.add(connected(broker, i));
            }
            for (int i = 0; i < 3; i++) {
                try (RawClient late = broker.client()) {
                    String refused = late.get("/").untilEnd();
                    assertTrue(refused.startsWith("HTTP/1.1 503 "), refused);
                    assertTrue(refused.contains("\r\nX-Lurcher-Reason: too_many_connections\r\n"), refused);
                    assertTrue(refused.contains("\r\nConnection: close\r\n"), refused);
                }
            }
            for (RawClient client : served) {
                client.get("/");
                worker.answer(worker.take(), "served");
                assertTrue(client.answer().endsWith("served"));
            }
            served.get(0).close();
            Await.until("there is room", () -> broker.broker().counters().get(Counter.CONNECTIONS_OPEN) == LIMIT - 1);
            try (RawClient next = broker.client().get("/")) {
                worker.answer(worker.takeRequest(), "in its place");
                assertTrue(next.answer().endsWith("in its place"));
            }
            for (RawClient client : served) {
                client.close();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void pausesWhenTooManyWaitForTheirRefusalAndGoesOnWhenTheyHaveGone(int loops) throws Exception {
        try (BrokerHarness broker = broker(loops);
                ScriptedWorker worker = broker.worker("hello")) {
            Counters counters = broker.broker().counters();
            List<RawClient> clients = new ArrayList<>();
            int most = LIMIT + REFUSED_AT_ONCE;
            for (int i = 1; i <= most; i++) {
                // A head that has begun keeps a connection that is to be refused open longer.
                clients.add(connected(broker, i).send("GET / "));
            }
            // The kernel completes the connection; the broker does not look at it. One may slip in as the pause begins.
            clients.add(broker.client().get("/waiting"));
            RawClient last = broker.client().get("/waiting");
            clients.add(last);
            assertTrue(last.hearsNothing(200));
            assertTrue(counters.get(Counter.CONNECTIONS_ACCEPTED) <= most + 1);

            for (int i = 0; i < REFUSED_AT_ONCE - REFUSED_AT_REST + 2; i++) {
                clients.get(LIMIT + i).close();
            }
            String refused = last.untilEnd();
            assertTrue(refused.contains("\r\nX-Lurcher-Reason: too_many_connections\r\n"), refused);

            for (RawClient client : clients) {
                client.close();
            }
            Await.until("all have gone", () -> counters.get(Counter.CONNECTIONS_OPEN) == 0);
            assertEquals(most + 2, counters.get(Counter.CONNECTIONS_ACCEPTED));
            try (RawClient next = broker.client().get("/next")) {
                worker.answer(worker.takeRequest(), "served");
                assertTrue(next.answer().endsWith("served"));
            }
        }
    }
}
