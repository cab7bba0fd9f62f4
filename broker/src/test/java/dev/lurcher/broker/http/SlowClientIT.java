package dev.lurcher.broker.http;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.testing.Await;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedWorker;
import dev.lurcher.protocol.RequestMessage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Clients that do not take their answers. */
class SlowClientIT {
    private static final String PART = "x".repeat(1 << 20);
    private static final int PARTS = 16;

    @Test
    void whoTakesNothingForTooLongIsCutOff() throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                        .with(Setting.WRITE_IDLE, "1500ms")
                        .with(Setting.PENDING_BYTES, "64m")
                        .handler("/", "hello")
                        .start();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            client.get("/");
            long start = System.nanoTime();
            RequestMessage request = worker.take();
            send(worker, request);
            RequestMessage notice = worker.take();
            assertTrue(notice.isDisconnect());
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            assertTrue(millis >= 1500 && millis < 4500, millis + " ms");
            Await.until("it is counted", () -> broker.broker().counters().get(Counter.SLOW_CLIENT) == 1);
        }
    }

    @Test
    void whoTakesALittleNowAndThenIsNot() throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                        .with(Setting.WRITE_IDLE, "1500ms")
                        .with(Setting.PENDING_BYTES, "64m")
                        .handler("/", "hello")
                        .start();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            client.get("/");
            send(worker, worker.take());
            client.head();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(4);
            int taken = 0;
            for (int i = 0; i < PARTS; i++) {
                long next = end - TimeUnit.SECONDS.toNanos(4) + i * TimeUnit.MILLISECONDS.toNanos(250);
                Await.until("its time has come", () -> System.nanoTime() - next >= 0);
                client.exactly(PART.length());
                taken++;
            }
            assertTrue(taken == PARTS);
            client.get("/again");
            worker.answer(worker.take(), "still here");
            assertTrue(client.answer().endsWith("still here"));
        }
    }

    @Test
    void whoLetsTooMuchPileUpIsCutOffAtOnce() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            client.get("/");
            send(worker, worker.take());
            assertTrue(worker.take().isDisconnect());
        }
    }

    private static void send(ScriptedWorker worker, RequestMessage request) throws Exception {
        String head = "HTTP/1.1 200 OK\r\nContent-Length: " + PARTS * PART.length() + "\r\n\r\n";
        worker.send(request.connectionId(), head);
        for (int i = 0; i < PARTS; i++) {
            worker.send(request.connectionId(), PART);
        }
    }
}
