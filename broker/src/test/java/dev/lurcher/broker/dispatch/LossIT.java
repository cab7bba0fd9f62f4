package dev.lurcher.broker.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.HandlerPolicy;
import dev.lurcher.broker.config.HandlerPolicy.Affinity;
import dev.lurcher.broker.config.HandlerPolicy.OnEmpty;
import dev.lurcher.broker.config.HandlerPolicy.Retry;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.testing.Await;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedWorker;
import dev.lurcher.protocol.RequestMessage;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A classic worker is lost with requests in its hands. */
class LossIT {
    @Test
    void anotherWorkerGetsTheRequestUnderANewId() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker first = broker.worker("hello");
                RawClient client = broker.client()) {
            client.get("/a");
            RequestMessage lost = first.take();
            try (ScriptedWorker second = broker.worker("hello")) {
                first.closeRequests();
                RequestMessage repeated = second.take();
                assertEquals("/a", repeated.path());
                assertNotEquals(lost.connectionId(), repeated.connectionId());
                first.answer(lost, "too late");
                // Its next reply being acted on shows that the first has been.
                first.answer(repeated, "from either");
                assertTrue(client.answer().endsWith("from either"));
                assertEquals(1, broker.broker().counters().get(Counter.REPEATED));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"IDEMPOTENT, '', false", "IDEMPOTENT, Idempotency-Key: 7, true", "ALWAYS, '', true", "NEVER, '', false"
    })
    void whatMayNotBeRepeatedFails(Retry retry, String field, boolean repeats) throws Exception {
        HandlerPolicy policy = new HandlerPolicy(retry, 3, new OnEmpty.Wait(), new Affinity.None(), false);
        try (BrokerHarness broker = BrokerHarness.builder()
                        .policy(policy)
                        .handler("/", "hello")
                        .start();
                ScriptedWorker first = broker.worker("hello");
                RawClient client = broker.client()) {
            client.send("POST /p HTTP/1.1\r\nHost: localhost\r\n" + (field.isEmpty() ? "" : field + "\r\n")
                    + "Content-Length: 4\r\n\r\ndata");
            first.take();
            try (ScriptedWorker second = broker.worker("hello")) {
                long start = System.nanoTime();
                first.close();
                if (repeats) {
                    RequestMessage repeated = second.take();
                    assertEquals("/p", repeated.path());
                    second.answer(repeated, "done");
                    assertTrue(client.answer().endsWith("done"));
                } else {
                    String answer = client.answer();
                    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
                    assertTrue(answer.startsWith("HTTP/1.1 502 "), answer);
                    assertTrue(answer.contains("X-Lurcher-Reason: worker_lost\r\n"), answer);
                    assertTrue(millis < 1500, millis + " ms");
                    assertTrue(second.hearsNothing(50));
                }
            }
        }
    }

    @Test
    void aReplyOnItsWayIsWaitedFor() throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                        .with(Setting.HANDLER_LOSS_GRACE, "5s")
                        .handler("/", "hello")
                        .start();
                ScriptedWorker first = broker.worker("hello");
                ScriptedWorker second = broker.worker("hello");
                RawClient client = broker.client();
                RawClient other = broker.client()) {
            client.get("/a");
            other.get("/b");
            RequestMessage request = first.take();
            RequestMessage otherRequest = second.take();
            first.closeRequests();
            Await.until("the loss is noticed", () -> workers(broker) == 1);
            first.answer(request, "on its way");
            second.answer(otherRequest, "usual");
            String answers = client.answer() + other.answer();
            assertTrue(answers.contains("on its way") && answers.contains("usual"), answers);
            assertTrue(second.hearsNothing(50));
            assertEquals(0, broker.broker().counters().get(Counter.REPEATED));
        }
    }

    private static int workers(BrokerHarness broker) {
        return broker.pool("hello").figures().workers().size();
    }

    @ParameterizedTest
    @CsvSource({
        "'Transfer-Encoding: chunked', '5\r\nhello\r\n', false",
        "'Content-Length: 10', 'hello', false",
        "'Content-Type: text/plain', 'hello', true"
    })
    void anAnswerThatHadBegunIsCut(String framing, String part, boolean reset) throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            client.get("/a");
            String begun = "HTTP/1.1 200 OK\r\n" + framing + "\r\n\r\n" + part;
            worker.send(worker.take().connectionId(), begun);
            assertEquals(begun, client.exactly(begun.length()));
            worker.close();
            assertEquals(reset ? "[reset]" : "", client.untilEnd());
            assertEquals(1, broker.broker().counters().get(Counter.CUT));
        }
    }

    @Test
    void anotherWorkerMayGoOnWithAnAnswer() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker second = broker.worker("hello");
                RawClient client = broker.client()) {
            client.get("/chat");
            RequestMessage joined = second.take();
            String part = "5\r\nhello\r\n";
            try (ScriptedWorker first = broker.worker("hello")) {
                // The second worker has got the request; the first one speaks for it.
                String begun = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + part;
                first.send(joined.connectionId(), begun);
                assertEquals(begun, client.exactly(begun.length()));
                second.closeRequests();
                long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(2500);
                while (System.nanoTime() - end < 0) {
                    first.send(joined.connectionId(), part);
                    assertEquals(part, client.exactly(part.length()));
                }
                first.send(joined.connectionId(), "0\r\n\r\n");
                assertEquals("0\r\n\r\n", client.exactly(5));
            }
        }
    }

    @Test
    void aRequestThatEveryWorkerDiesOfFails() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                RawClient client = broker.client()) {
            client.get("/deadly");
            for (int i = 0; i < 3; i++) {
                try (ScriptedWorker worker = broker.worker("hello")) {
                    assertEquals("/deadly", worker.take().path());
                }
            }
            assertTrue(client.answer().contains("worker_lost"));
        }
    }

    @Test
    void aRepeatedRequestGoesFirst() throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                        .limits(Duration.ofSeconds(60), Duration.ofSeconds(10), 10, 1)
                        .handler("/", "hello")
                        .start();
                RawClient a = broker.client();
                RawClient b = broker.client()) {
            try (ScriptedWorker first = broker.worker("hello")) {
                a.get("/a");
                first.take();
                b.get("/b");
                Await.until("b waits", () -> broker.pool("hello").queued() == 1);
            }
            Await.until("a waits again", () -> broker.pool("hello").queued() == 2);
            try (ScriptedWorker second = broker.worker("hello")) {
                RequestMessage next = second.take();
                assertEquals("/a", next.path());
                second.answer(next, "first");
                second.answer(second.take(), "second");
                assertTrue(a.answer().endsWith("first"));
                assertTrue(b.answer().endsWith("second"));
            }
        }
    }

    @Test
    void aClientThatLeftIsNotServedAgain() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                RawClient client = broker.client()) {
            try (ScriptedWorker first = broker.worker("hello")) {
                client.get("/a");
                first.take();
                client.reset();
                assertTrue(first.take().isDisconnect());
            }
            try (ScriptedWorker second = broker.worker("hello");
                    RawClient other = broker.client()) {
                other.get("/b");
                RequestMessage next = second.take();
                assertFalse(next.isDisconnect());
                assertEquals("/b", next.path());
                second.answer(next, "b");
                assertTrue(other.answer().endsWith("b"));
            }
        }
    }

    @Test
    void whatALostWorkerStillAnswersIsNotTakenForTheNextAnswer() throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                        .with(Setting.REPLY_ID_PER_REQUEST, "0")
                        .handler("/", "hello")
                        .start();
                ScriptedWorker first = broker.worker("hello");
                RawClient client = broker.client()) {
            client.send("POST /p HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\ndata");
            RequestMessage lost = first.take();
            first.closeRequests();
            assertTrue(client.answer().contains("worker_lost"));
            try (ScriptedWorker second = broker.worker("hello")) {
                client.get("/next");
                RequestMessage next = second.take();
                first.answer(lost, "stale");
                // The next reply by the same socket being acted on shows that the first has been.
                first.answer(next, "fresh");
                assertTrue(client.answer().endsWith("fresh"));
            }
        }
    }

    @Test
    void anAnswerSentTwiceIsNotTakenForTheNextAnswer() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            client.get("/a").get("/b");
            RequestMessage a = worker.take();
            worker.answer(a, "a");
            RequestMessage b = worker.take();
            assertNotEquals(a.connectionId(), b.connectionId());
            worker.answer(a, "a");
            worker.answer(b, "b");
            assertTrue(client.answer().endsWith("a"));
            assertTrue(client.answer().endsWith("b"));
        }
    }

    @Test
    void aConnectionKeepsItsIdWhereThatIsWanted() throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                        .with(Setting.REPLY_ID_PER_REQUEST, "0")
                        .handler("/", "hello")
                        .start();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            client.get("/a");
            RequestMessage a = worker.take();
            worker.answer(a, "a");
            client.answer();
            client.get("/b");
            assertEquals(a.connectionId(), worker.take().connectionId());
        }
    }
}
