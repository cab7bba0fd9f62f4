package dev.lurcher.broker.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedWorker;
import dev.lurcher.protocol.RequestMessage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HalfCloseIT {
    @Test
    void aClientThatClosedItsSendingSideGetsItsAnswer() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            client.get("/").endOutput();
            worker.answer(worker.take(), "still here");
            assertTrue(client.untilEnd().endsWith("still here"));
        }
    }

    @Test
    void itGetsTheAnswersToAllItSent() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            client.get("/1").get("/2").get("/3").endOutput();
            for (int i = 1; i <= 3; i++) {
                RequestMessage request = worker.take();
                assertEquals("/" + i, request.path());
                worker.answer(request, "answer " + i);
            }
            String all = client.untilEnd();
            assertTrue(all.contains("answer 1") && all.contains("answer 2") && all.endsWith("answer 3"), all);
        }
    }

    @Test
    void itsRequestWaitsForAWorkerOnlyForAMoment() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                RawClient client = broker.client()) {
            client.get("/").endOutput();
            String answer = client.untilEnd();
            assertTrue(answer.contains("no_worker"), answer);
        }
    }

    @Test
    void halfARequestIsNoRequest() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf")
                    .endOutput();
            client.untilEnd();
            assertTrue(worker.hearsNothing(50));
        }
    }

    /** Found by ten minutes of load: the end of the input was heard of before the answer had been flushed. */
    @Test
    void anAnswerThatHasNotLeftYetIsNotLost() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        ExchangeLog stopsTheLoop = record -> {
            if (record.status() == 404) {
                arrived.countDown();
                await(goOn);
            }
        };
        try (BrokerHarness broker = BrokerHarness.builder()
                        .with(Setting.EVENT_LOOPS, "1")
                        .handler("/h", "hello")
                        .log(stopsTheLoop)
                        .start();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client();
                RawClient other = broker.client()) {
            client.get("/h");
            RequestMessage request = worker.take();
            other.get("/nowhere");
            assertTrue(arrived.await(10, TimeUnit.SECONDS));
            // Both are heard of in one round of the loop, in this order.
            worker.answer(request, "in time");
            client.endOutput();
            goOn.countDown();
            assertTrue(client.untilEnd().endsWith("in time"));
        } finally {
            goOn.countDown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(10, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
