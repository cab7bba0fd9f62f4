package dev.lurcher.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedWorker;
import dev.lurcher.protocol.RequestMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Fifty reloads while requests come: none fails, and nothing of earlier configurations stays. */
class ReloadTrafficIT {
    private static final int RELOADS = 50;
    private static final int CLIENTS = 4;

    /** As many as a megabyte of garbage would not matter. */
    private static final long MOST_GROWTH_BYTES = 8 << 20;

    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong answered = new AtomicLong();
    private volatile boolean over;
    private volatile boolean idle;

    private static BrokerHarness.Builder numbered(int number) {
        BrokerHarness.Builder builder = BrokerHarness.builder().handler("/", "hello", 1);
        return number % 2 == 0 ? builder : builder.handler("/more/" + number, "more", 2);
    }

    private void ask(BrokerHarness harness) {
        try (RawClient client = harness.client()) {
            while (!over) {
                String answer = client.get("/").answer();
                assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
                answered.incrementAndGet();
            }
        } catch (IOException | AssertionError e) {
            failures.add(e);
        }
    }

    private void work(ScriptedWorker worker) {
        try {
            while (!idle) {
                RequestMessage request = worker.poll(10);
                if (request != null && !request.isDisconnect()) {
                    worker.answer(request, "x");
                }
            }
        } catch (IOException e) {
            failures.add(e);
        }
    }

    private static long usedBytes() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static void reload(BrokerHarness harness, int number) {
        ReloadResult result = harness.reload(numbered(number));
        assertTrue(result.applied(), result::toString);
        assertEquals(number % 2 == 0 ? 1 : 2, harness.broker().pools().size());
    }

    @Test
    void noneFailsAndNothingStays() throws IOException, InterruptedException {
        try (BrokerHarness harness = numbered(0).start();
                ScriptedWorker worker = harness.worker("hello")) {
            Thread working = Thread.ofPlatform().start(() -> work(worker));
            List<Thread> asking = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                asking.add(Thread.ofPlatform().start(() -> ask(harness)));
            }
            long before = 0;
            for (int i = 1; i <= RELOADS; i++) {
                reload(harness, i);
                if (i == RELOADS / 5) {
                    before = usedBytes();
                }
            }
            long growth = usedBytes() - before;
            over = true;
            for (Thread thread : asking) {
                thread.join();
            }
            idle = true;
            working.join();
            assertEquals(List.of(), List.copyOf(failures));
            assertTrue(answered.get() > RELOADS, answered::toString);
            assertTrue(growth < MOST_GROWTH_BYTES, growth + " bytes more");
        }
    }
}
