package dev.lurcher.broker.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.loop.EventLoops.Transport;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.telemetry.Counters;
import dev.lurcher.broker.testing.Await;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedWorker;
import dev.lurcher.protocol.RequestMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each request carries something that no other one does, and its answer must be made of that. Workers answer out of order, and
 * now and then a client leaves without its answer.
 */
class NoMixingIT {
    private static final int CLIENTS = 30;
    private static final int REQUESTS_EACH = 100;
    private static final int LEAVES_AFTER = 20;
    private static final int WORKERS = 3;
    private static final int MOST_HELD = 4;
    private static final int WAIT_MILLIS = 2;

    @ParameterizedTest
    @EnumSource(Transport.class)
    void everyAnswerIsThatOfItsRequest(Transport transport) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                BrokerHarness broker = BrokerHarness.builder()
                        .with(Setting.EVENT_LOOPS, "3")
                        .on(transport)
                        .handler("/", "hello")
                        .start()) {
            AtomicBoolean done = new AtomicBoolean();
            List<Future<Integer>> workers = new ArrayList<>();
            for (int i = 0; i < WORKERS; i++) {
                Random order = new Random(i);
                ScriptedWorker worker = broker.worker("hello");
                workers.add(threads.submit(() -> serve(worker, order, done)));
            }
            List<Future<?>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                String name = "client-" + i;
                clients.add(threads.submit(() -> {
                    ask(broker, name);
                    return null;
                }));
            }
            for (Future<?> client : clients) {
                client.get();
            }

            Counters counters = broker.broker().counters();
            Await.until("all connections have ended", () -> counters.get(Counter.CONNECTIONS_OPEN) == 0);
            done.set(true);
            for (Future<Integer> worker : workers) {
                assertTrue(worker.get() > 0, "a worker had nothing to do");
            }
            assertTrue(counters.get(Counter.ANSWERS_2XX) >= CLIENTS * REQUESTS_EACH);
            assertEquals(
                    counters.get(Counter.REQUESTS),
                    counters.get(Counter.ANSWERS_2XX) + counters.get(Counter.CLIENT_GONE));
            assertEquals(0, counters.get(Counter.FOREIGN_REPLY) + counters.get(Counter.OVERRUN));
        }
    }

    /** Answers with the path as often as its last part says; how many requests it had. */
    private static int serve(ScriptedWorker worker, Random order, AtomicBoolean done) throws IOException {
        try (worker) {
            int taken = 0;
            List<RequestMessage> held = new ArrayList<>();
            while (!done.get() || !held.isEmpty()) {
                RequestMessage message = worker.poll(WAIT_MILLIS);
                if (message != null && !message.isDisconnect()) {
                    held.add(message);
                    taken++;
                }
                if (message == null || held.size() == MOST_HELD) {
                    Collections.shuffle(held, order);
                    for (RequestMessage request : held) {
                        worker.answer(request, content(request.path()));
                    }
                    held.clear();
                }
            }
            return taken;
        }
    }

    private static String content(String path) {
        return path.repeat(Integer.parseInt(path.substring(path.lastIndexOf('/') + 1)));
    }

    /** Asks and leaves by turns. */
    private static void ask(BrokerHarness broker, String name) throws IOException {
        RawClient client = broker.client();
        for (int i = 1; i <= REQUESTS_EACH; i++) {
            String path = "/" + name + "/" + i;
            String answer = client.get(path).answer();
            assertEquals(content(path), answer.substring(answer.indexOf("\r\n\r\n") + 4));
            if (i % LEAVES_AFTER == 0) {
                client.get("/" + name + "/left/" + i).reset();
                client = broker.client();
            }
        }
        client.close();
    }
}
