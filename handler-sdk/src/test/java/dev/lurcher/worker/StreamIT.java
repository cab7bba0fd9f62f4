package dev.lurcher.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.protocol.WorkerControl;
import dev.lurcher.worker.testing.Cable;
import dev.lurcher.worker.testing.FakeBroker;
import dev.lurcher.worker.testing.ManagedBroker;
import dev.lurcher.worker.testing.PlayedBroker;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Answers that are written piece by piece: their form, their pace, and how they end. */
class StreamIT {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final int WINDOW = 65_536;

    private final CompletableFuture<Throwable> thrown = new CompletableFuture<>();

    @Test
    void isSentInChunks() throws Exception {
        try (ManagedBroker broker = new ManagedBroker("S");
                ServingWorker worker = serving(broker, body -> {
                    body.write("one".getBytes(ISO_8859_1));
                    body.write(',');
                    body.flush();
                    body.flush();
                    body.write("two".getBytes(ISO_8859_1));
                })) {
            broker.request(1, "/stream");
            assertEquals(
                    "S 1:1, HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + "4\r\none,\r\n",
                    broker.reply());
            assertEquals("S 1:1, 3\r\ntwo\r\n0\r\n\r\n", broker.reply());
        }
    }

    @Test
    void sendsItsHeadWhenFlushed() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (ManagedBroker broker = new ManagedBroker("S");
                ServingWorker worker = serving(broker, body -> {
                    body.flush();
                    go.await();
                })) {
            broker.request(1, "/stream");
            assertTrue(broker.reply().endsWith("Transfer-Encoding: chunked\r\n\r\n"));
            go.countDown();
            assertEquals("S 1:1, 0\r\n\r\n", broker.reply());
        }
    }

    @Test
    void endsWithTheConnectionWhereThereAreNoChunks() throws Exception {
        try (ManagedBroker broker = new ManagedBroker("S");
                ServingWorker worker = serving(broker, body -> {
                    body.write("old".getBytes(ISO_8859_1));
                    body.flush();
                })) {
            broker.request(1, "/stream", "{\"METHOD\":\"GET\",\"VERSION\":\"HTTP/1.0\"}", "");
            assertEquals(
                    "S 1:1, HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\nold",
                    broker.reply());
            assertEquals("S 1:1, ", broker.reply());
        }
    }

    @Test
    void closesBehindItWhereTheClientWantsThat() throws Exception {
        try (ManagedBroker broker = new ManagedBroker("S");
                ServingWorker worker = serving(broker, body -> body.write('x'))) {
            broker.request(1, "/stream", "{\"METHOD\":\"GET\",\"VERSION\":\"HTTP/1.1\",\"connection\":\"close\"}", "");
            String reply = broker.reply();
            assertTrue(
                    reply.endsWith("Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"),
                    reply);
            assertEquals("S 1:1, ", broker.reply());
        }
    }

    @Test
    void isNotWrittenForHead() throws Exception {
        try (ManagedBroker broker = new ManagedBroker("S");
                ServingWorker worker = serving(broker, body -> thrown.complete(new AssertionError("was called")))) {
            broker.request(1, "/stream", "{\"METHOD\":\"HEAD\",\"VERSION\":\"HTTP/1.1\"}", "");
            assertTrue(broker.reply().endsWith("Transfer-Encoding: chunked\r\n\r\n"));
            broker.request(2, "/");
            broker.reply();
            assertTrue(!thrown.isDone());
        }
    }

    @Test
    void becomes500IfItFailsBeforeItBegan() throws Exception {
        try (ManagedBroker broker = new ManagedBroker("S");
                LogCapture log = new LogCapture();
                ServingWorker worker = serving(broker, body -> {
                    body.write(new byte[100]);
                    throw new IllegalStateException("no more");
                })) {
            broker.request(1, "/stream");
            assertTrue(broker.reply().startsWith("S 1:1, HTTP/1.1 500 "));
            log.await("Failed at GET /stream (connection 1)");
        }
    }

    @Test
    void isCutIfItFailsOnTheWay() throws Exception {
        try (ManagedBroker broker = new ManagedBroker("S");
                LogCapture log = new LogCapture();
                ServingWorker worker = serving(broker, body -> {
                    body.write('x');
                    body.flush();
                    throw new IllegalStateException("no more");
                })) {
            broker.request(1, "/stream");
            assertTrue(broker.reply().endsWith("\r\n1\r\nx\r\n"));
            assertEquals("S 1:1, ", broker.reply());
            log.await("Failed at GET /stream (connection 1)");
        }
    }

    @Test
    void waitsForCreditWhileOthersAreAnswered() throws Exception {
        int total = 1_000_000;
        try (ManagedBroker broker = new ManagedBroker("S").withWindow(WINDOW);
                ServingWorker worker = serving(broker, body -> body.write(new byte[total]))) {
            broker.request(1, "/stream");
            int sent = 0;
            int credit = WINDOW;
            int pauses = 0;
            while (true) {
                // Nothing for a short time says that the worker waits only where it may: with credit left it may just
                // be slow.
                String reply = credit - sent < WINDOW / 2 ? broker.reply(SHORT) : broker.reply();
                if (reply == null) {
                    broker.request(2, "/");
                    assertTrue(broker.reply().startsWith("S 1:2, HTTP/1.1 200 "));
                    pauses++;
                    broker.credit(1, WINDOW * 4);
                    credit += WINDOW * 4;
                    continue;
                }
                sent += reply.length() - "S 1:1, ".length();
                assertTrue(sent <= credit, sent + " bytes for a credit of " + credit);
                if (reply.endsWith("\r\n0\r\n\r\n")) {
                    break;
                }
            }
            assertTrue(sent > total);
            assertEquals(4, pauses);
        }
    }

    @Test
    void beginsEachRequestWithAWholeWindow() throws Exception {
        try (ManagedBroker broker = new ManagedBroker("S").withWindow(WINDOW);
                ServingWorker worker = serving(broker, body -> body.write(new byte[WINDOW * 9 / 10]))) {
            for (int i = 0; i < 5; i++) {
                broker.request(1, "/stream");
                String reply = broker.reply();
                while (!reply.endsWith("\r\n0\r\n\r\n")) {
                    reply = broker.reply();
                }
            }
        }
    }

    /** Neither the thread that serves nor a place of the executor is taken, so that credit gets through. */
    @Test
    void takesNoPlaceOfTheExecutor() throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        CountDownLatch release = new CountDownLatch(1);
        try (ManagedBroker broker = new ManagedBroker("S").withWindow(WINDOW);
                ServingWorker worker = new ServingWorker(
                        Worker.builder().brokers(broker.endpoints()).executor(pool, 1), request -> {
                            if (request.path().equals("/held")) {
                                release.await();
                            }
                            return respond(request, body -> body.write(new byte[2 * WINDOW]));
                        })) {
            broker.request(1, "/stream");
            broker.request(2, "/held");
            broker.request(3, "/");
            String reply = broker.reply();
            int sent = 0;
            while (reply != null) {
                sent += reply.length();
                reply = broker.reply(SHORT);
            }
            assertTrue(sent <= WINDOW + 1000, sent + " bytes");
            // The executor is full and a request waits: the notice must overtake it.
            broker.credit(1, 2 * WINDOW);
            reply = broker.reply();
            while (!reply.endsWith("\r\n0\r\n\r\n")) {
                reply = broker.reply();
            }
            release.countDown();
            assertTrue(broker.reply().startsWith("S 1:2, "));
            assertTrue(broker.reply().startsWith("S 1:3, "));
        } finally {
            pool.shutdown();
        }
    }

    @Test
    void runsOnTheExecutorThatIsGivenForIt() throws Exception {
        CompletableFuture<String> name = new CompletableFuture<>();
        ExecutorService pool = Executors.newSingleThreadExecutor(work -> new Thread(work, "given"));
        try (ManagedBroker broker = new ManagedBroker("S");
                ServingWorker worker = new ServingWorker(
                        Worker.builder().brokers(broker.endpoints()).streams(pool),
                        request -> respond(
                                request,
                                body -> name.complete(Thread.currentThread().getName())))) {
            broker.request(1, "/stream");
            broker.reply();
            assertEquals("given", name.get(20, TimeUnit.SECONDS));
            pool.shutdown();
            assertTrue(pool.awaitTermination(20, TimeUnit.SECONDS));
            broker.request(2, "/stream");
            assertTrue(broker.reply().startsWith("S 1:2, HTTP/1.1 503 "));
        }
    }

    @Test
    void endsWithAnExceptionWhenTheClientIsGone() throws Exception {
        try (ManagedBroker broker = new ManagedBroker("S").withWindow(WINDOW);
                ServingWorker worker = serving(broker, this::writeForEver)) {
            broker.request(1, "/stream");
            broker.reply();
            broker.disconnect(1);
            assertMessage("the client is gone");
            broker.request(2, "/");
            while (!broker.reply().startsWith("S 1:2, ")) {
                // What was sent before.
            }
            assertNull(broker.reply(SHORT), "neither an end nor a close: there is nobody");
        }
    }

    @Test
    void doesNotBeginForAClientThatHasLeft() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(2);
        CountDownLatch release = new CountDownLatch(1);
        try (ManagedBroker broker = new ManagedBroker("S").withWindow(WINDOW);
                ServingWorker worker = new ServingWorker(
                        Worker.builder().brokers(broker.endpoints()).executor(pool, 2), request -> {
                            if (request.path().equals("/stream") && !thrown.isDone()) {
                                release.await();
                            }
                            return respond(request, this::writeForEver);
                        })) {
            broker.request(1, "/stream");
            broker.disconnect(1);
            broker.request(2, "/");
            assertTrue(broker.reply().startsWith("S 1:2, "));
            release.countDown();
            assertMessage("the client is gone");
            assertNull(broker.reply(SHORT));
            // The same number, another client.
            broker.request(1, "/stream");
            assertTrue(broker.reply().startsWith("S 1:1, HTTP/1.1 200 "));
            broker.disconnect(1);
        } finally {
            pool.shutdown();
        }
    }

    @Test
    void endsWithAnExceptionWhenTheBrokerIsLost() throws Exception {
        try (ManagedBroker broker = new ManagedBroker("S").withWindow(WINDOW);
                Cable cable = new Cable(broker.port());
                ServingWorker worker = new ServingWorker(
                        Worker.builder().brokers(broker.endpoints(cable.port())),
                        request -> respond(request, this::writeForEver))) {
            broker.request(1, "/stream");
            broker.reply();
            cable.cut();
            assertMessage("the connection with the broker was lost");
        }
    }

    @Test
    void isFinishedBeforeTheWorkerSaysBye() throws Exception {
        try (ManagedBroker broker = new ManagedBroker("S").withWindow(WINDOW);
                ServingWorker worker = serving(broker, body -> body.write(new byte[2 * WINDOW]))) {
            broker.hello();
            broker.request(1, "/stream");
            broker.reply();
            worker.worker().stop();
            assertInstanceOf(WorkerControl.Drain.class, broker.control());
            broker.credit(1, 2 * WINDOW);
            assertInstanceOf(WorkerControl.Bye.class, broker.control());
            var transcript = broker.transcript();
            assertTrue(transcript.get(transcript.size() - 2).endsWith("\r\n0\r\n\r\n"));
        }
    }

    @Test
    void isCutWhenTheTimeToStopIsOver() throws Exception {
        try (ManagedBroker broker = new ManagedBroker("S").withWindow(WINDOW);
                LogCapture log = new LogCapture()) {
            try (ServingWorker worker = new ServingWorker(
                    Worker.builder().brokers(broker.endpoints()).stopTime(SHORT),
                    request -> respond(request, this::writeForEver))) {
                broker.request(1, "/stream");
                broker.reply();
            }
            assertMessage("the worker is closed");
            log.await("Stopped while requests were not answered yet.");
        }
    }

    @Test
    void isNotPacedByAClassicBroker() throws Exception {
        int total = 3 * ManagedBroker.WINDOW;
        try (FakeBroker broker = new FakeBroker("S");
                ServingWorker worker = new ServingWorker(
                        Worker.builder().brokers(broker.endpoints()).classic(true),
                        request -> respond(request, body -> body.write(new byte[total])))) {
            broker.request(1, "/stream");
            int sent = 0;
            String reply = broker.reply();
            while (!reply.endsWith("\r\n0\r\n\r\n")) {
                sent += reply.length();
                reply = broker.reply();
            }
            assertTrue(sent + reply.length() > total);
        }
    }

    private void writeForEver(OutputStream body) throws IOException {
        try {
            while (true) {
                body.write(new byte[1000]);
            }
        } catch (IOException e) {
            thrown.complete(e);
            throw e;
        }
    }

    private void assertMessage(String message) throws Exception {
        Throwable end = thrown.get(PlayedBroker.DEADLINE.toSeconds(), TimeUnit.SECONDS);
        assertNotNull(end);
        assertEquals(message, end.getMessage());
    }

    private static ServingWorker serving(PlayedBroker broker, BodyWriter writer) {
        return new ServingWorker(Worker.builder().brokers(broker.endpoints()), request -> respond(request, writer));
    }

    private static Response respond(Request request, BodyWriter writer) {
        return request.path().equals("/stream")
                ? Response.of(200).withBody("text/event-stream", writer)
                : Response.text("other");
    }
}
