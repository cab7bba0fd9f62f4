package dev.lurcher.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.worker.WorkerException.Code;
import dev.lurcher.worker.testing.FakeBroker;
import dev.lurcher.worker.testing.ManagedBroker;
import dev.lurcher.worker.testing.PlayedBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WorkerIT {
    private static final Duration SHORT = Duration.ofMillis(200);

    enum Kind {
        CLASSIC {
            @Override
            PlayedBroker open(String sender) {
                return new FakeBroker(sender);
            }
        },
        MANAGED {
            @Override
            PlayedBroker open(String sender) {
                return new ManagedBroker(sender);
            }
        };

        abstract PlayedBroker open(String sender);

        WorkerBuilder settings(Endpoints... brokers) {
            return Worker.builder().brokers(brokers).classic(this == CLASSIC);
        }
    }

    @ParameterizedTest
    @EnumSource
    void answersInOrder(Kind kind) throws Exception {
        try (PlayedBroker broker = kind.open("S");
                ServingWorker worker = serving(kind, broker, request -> Response.text(request.path()))) {
            for (int i = 0; i < 100; i++) {
                broker.request(i, "/" + i);
            }
            for (int i = 0; i < 100; i++) {
                String reply = broker.reply();
                assertTrue(
                        reply.startsWith("S " + Integer.toString(i).length() + ":" + i + ", HTTP/1.1 200 OK\r\n"),
                        reply);
                assertTrue(reply.endsWith("\r\n\r\n/" + i), reply);
            }
        }
    }

    /** Whoever serves must not overtake what another thread has sent of the same answer. */
    @ParameterizedTest
    @EnumSource
    void sendsInOrderWhicheverThreadSends(Kind kind) throws Exception {
        try (PlayedBroker broker = kind.open("S");
                ServingWorker worker = serving(kind, broker, request -> {
                    Thread other = new Thread(() -> request.send("first".getBytes(ISO_8859_1)));
                    other.start();
                    other.join();
                    request.send("second".getBytes(ISO_8859_1));
                    return Response.none();
                })) {
            broker.request(1, "/");
            assertEquals("S 1:1, first", broker.reply());
            assertEquals("S 1:1, second", broker.reply());
        }
    }

    @ParameterizedTest
    @EnumSource
    void servesSeveralBrokers(Kind kind) throws Exception {
        try (PlayedBroker one = kind.open("one");
                PlayedBroker two = kind.open("two");
                ServingWorker worker = new ServingWorker(
                        kind.settings(one.endpoints(), two.endpoints()),
                        request -> Response.text(request.client().toString()))) {
            for (int i = 0; i < 10; i++) {
                two.request(i, "/");
                one.request(i, "/");
            }
            for (int i = 0; i < 10; i++) {
                assertTrue(one.reply().endsWith("Client[broker=0, sender=one, connectionId=" + i + "]"));
                assertTrue(two.reply().endsWith("Client[broker=1, sender=two, connectionId=" + i + "]"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void failureOfTheResponderBecomes500(Kind kind) throws Exception {
        try (PlayedBroker broker = kind.open("S");
                LogCapture log = new LogCapture();
                ServingWorker worker = serving(kind, broker, request -> {
                    if (request.path().equals("/half")) {
                        request.send("half an answer".getBytes(ISO_8859_1));
                    }
                    if (request.path().equals("/deep")) {
                        throw new StackOverflowError("as deep as it gets");
                    }
                    if (!request.path().equals("/good")) {
                        throw new IllegalStateException("of no use");
                    }
                    return Response.text("good");
                })) {
            broker.request(1, "/bad");
            broker.request(2, "/half");
            broker.request(3, "/deep");
            broker.request(4, "/good");
            assertTrue(broker.reply().startsWith("S 1:1, HTTP/1.1 500 Internal Server Error\r\n"));
            assertEquals("S 1:2, half an answer", broker.reply());
            assertEquals("S 1:2, ", broker.reply());
            assertTrue(broker.reply().startsWith("S 1:3, HTTP/1.1 500 "));
            assertTrue(broker.reply().startsWith("S 1:4, HTTP/1.1 200 "));
            log.await("Failed at GET /bad (connection 1)");
        }
    }

    @ParameterizedTest
    @EnumSource
    void dropsMessagesThatAreNoRequests(Kind kind) throws Exception {
        try (PlayedBroker broker = kind.open("S");
                LogCapture log = new LogCapture();
                ServingWorker worker = serving(kind, broker, request -> Response.text("hi"))) {
            broker.raw("no_sender 1 / 2:{},0:,");
            broker.raw("garbage");
            broker.raw("");
            broker.raw("S 1 / 2:{},5:short,,");
            broker.request(2, "/");
            assertTrue(broker.reply().startsWith("S 1:2, "));
            log.await("Dropped a message that is no request (1 so far): BAD_SENDER");
        }
    }

    @ParameterizedTest
    @EnumSource
    void answersFromManyThreads(Kind kind) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        CyclicBarrier together = new CyclicBarrier(4);
        try (PlayedBroker broker = kind.open("S");
                ServingWorker worker =
                        new ServingWorker(kind.settings(broker.endpoints()).executor(pool, 4), request -> {
                            together.await(20, TimeUnit.SECONDS);
                            return Response.text("hi");
                        })) {
            for (int i = 0; i < 400; i++) {
                broker.request(i, "/");
            }
            List<String> replies = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                replies.add(broker.reply().replaceFirst(",(?s).*", ""));
            }
            assertEquals(
                    IntStream.range(0, 400)
                            .mapToObj(i -> "S " + Integer.toString(i).length() + ":" + i)
                            .sorted()
                            .toList(),
                    replies.stream().sorted().toList());
        } finally {
            pool.shutdown();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFullExecutorLetsRequestsWait(Kind kind) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(8);
        LinkedBlockingQueue<Request> taken = new LinkedBlockingQueue<>();
        CountDownLatch release = new CountDownLatch(1);
        try (PlayedBroker broker = kind.open("S");
                ServingWorker worker =
                        new ServingWorker(kind.settings(broker.endpoints()).executor(pool, 2), request -> {
                            taken.add(request);
                            release.await();
                            return Response.text("hi");
                        })) {
            for (int i = 0; i < 5; i++) {
                broker.request(i, "/");
            }
            assertNotNull(taken.poll(20, TimeUnit.SECONDS));
            assertNotNull(taken.poll(20, TimeUnit.SECONDS));
            assertNull(taken.poll(SHORT.toMillis(), TimeUnit.MILLISECONDS));
            release.countDown();
            for (int i = 0; i < 5; i++) {
                broker.reply();
            }
        } finally {
            pool.shutdown();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClosedExecutorGives503(Kind kind) throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        pool.shutdown();
        try (PlayedBroker broker = kind.open("S");
                ServingWorker worker = new ServingWorker(
                        kind.settings(broker.endpoints()).executor(pool, 1), request -> Response.text("hi"))) {
            broker.request(1, "/");
            broker.request(2, "/");
            assertTrue(broker.reply().startsWith("S 1:1, HTTP/1.1 503 "));
            assertTrue(broker.reply().startsWith("S 1:2, HTTP/1.1 503 "));
        }
    }

    @ParameterizedTest
    @EnumSource
    void repliesLaterFromAnotherThread(Kind kind) throws Exception {
        LinkedBlockingQueue<Request> parked = new LinkedBlockingQueue<>();
        try (PlayedBroker broker = kind.open("S");
                ServingWorker worker = serving(kind, broker, request -> {
                    parked.add(request);
                    return Response.none();
                })) {
            broker.request(1, "/poll");
            Request request = parked.poll(20, TimeUnit.SECONDS);
            assertNotNull(request);
            request.reply(Response.text("late"));
            assertTrue(broker.reply().endsWith("late"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void sendsToManyClientsInChunks(Kind kind) throws Exception {
        try (PlayedBroker broker = kind.open("S");
                ServingWorker worker = serving(kind, broker, request -> Response.text("hi"))) {
            broker.request(1, "/");
            broker.reply();
            List<Client> clients = IntStream.range(0, 300)
                    .mapToObj(i -> new Client(0, i < 299 ? "S" : "T", i))
                    .toList();
            worker.worker().send(clients, "all".getBytes(ISO_8859_1));
            worker.worker().send(clients, new byte[0]);
            worker.worker().close(clients.subList(7, 9));
            assertEquals(ids("S", 0, 128) + "all", broker.reply());
            assertEquals(ids("S", 128, 256) + "all", broker.reply());
            assertEquals(ids("S", 256, 299) + "all", broker.reply());
            assertEquals("T 3:299, all", broker.reply());
            assertEquals("S 3:7 8, ", broker.reply());
            assertThrows(IndexOutOfBoundsException.class, () -> worker.worker().close(List.of(new Client(1, "S", 1))));
        }
    }

    @ParameterizedTest
    @EnumSource
    void tellsOfClientsThatAreGone(Kind kind) throws Exception {
        CompletableFuture<Client> gone = new CompletableFuture<>();
        try (PlayedBroker broker = kind.open("S");
                ServingWorker worker = new ServingWorker(
                        kind.settings(broker.endpoints()).onDisconnect(gone::complete),
                        request -> Response.text(request.method()))) {
            broker.request(7, "@*", "{\"PATH\":\"@*\",\"METHOD\":\"JSON\"}", "{\"type\":\"disconnect\"}");
            broker.request(9, "@*", "{\"METHOD\":\"JSON\",\"DOWNLOAD_CREDITS\":\"4\"}", "{\"type\":\"credits\"}");
            broker.request(8, "@*", "{\"METHOD\":\"JSON\"}", "{\"type\":\"disconnect\"}");
            assertEquals(new Client(0, "S", 8), gone.get(20, TimeUnit.SECONDS));
            assertTrue(broker.reply().endsWith("JSON"));
            broker.request(10, "/");
            assertTrue(broker.reply().startsWith("S 2:10, "), "a notice was answered");
        }
    }

    @ParameterizedTest
    @EnumSource
    void losesNoReplyToABrokerThatReadsLate(Kind kind) throws Exception {
        int count = 20_000;
        try (PlayedBroker broker = kind.open("S");
                ServingWorker worker = serving(kind, broker, request -> {
                    for (int i = 0; i < count; i++) {
                        request.send(("part " + i).getBytes(ISO_8859_1));
                    }
                    return Response.none();
                })) {
            broker.request(1, "/");
            for (int i = 0; i < count; i++) {
                assertEquals("S 1:1, part " + i, broker.reply());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void finishesWhatItBeganWhenStopped(Kind kind) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (PlayedBroker broker = kind.open("S");
                ServingWorker worker = serving(kind, broker, request -> {
                    begun.countDown();
                    release.await();
                    return Response.text("done");
                })) {
            broker.request(1, "/");
            assertTrue(begun.await(20, TimeUnit.SECONDS));
            worker.worker().stop();
            release.countDown();
            worker.await();
            assertTrue(broker.reply().startsWith("S 1:1, HTTP/1.1 200 "));
            assertThrows(
                    WorkerException.class, () -> worker.worker().send(List.of(new Client(0, "S", 1)), new byte[1]));
        }
    }

    @Test
    void stopsWhenNoBrokerIsThere() throws Exception {
        ServingWorker worker = new ServingWorker(
                Worker.builder().brokers(new Endpoints("tcp://127.0.0.1:1", "tcp://127.0.0.1:2", "S")),
                r -> Response.none());
        long start = System.nanoTime();
        worker.close();
        assertTrue(System.nanoTime() - start < Duration.ofSeconds(5).toNanos());
    }

    @ParameterizedTest
    @EnumSource
    void receivesOneByOne(Kind kind) throws Exception {
        try (PlayedBroker broker = kind.open("S");
                Worker worker = kind.settings(broker.endpoints()).build()) {
            assertNull(worker.receive(Duration.ZERO));
            Thread feeder = new Thread(() -> broker.request(1, "/a"));
            feeder.start();
            Request request = worker.receive(PlayedBroker.DEADLINE);
            feeder.join();
            assertNotNull(request);
            assertEquals("/a", request.path());
            request.reply(Response.text("b"));
            assertTrue(broker.reply().endsWith("b"));
            worker.stop();
            assertNull(worker.receive(PlayedBroker.DEADLINE));
        }
    }

    @Test
    void belongsToTheFirstThreadThatReceives() throws Exception {
        try (Worker worker = Worker.builder()
                .brokers(new Endpoints("tcp://127.0.0.1:1", "tcp://127.0.0.1:2", "S"))
                .build()) {
            worker.receive(Duration.ZERO);
            CompletableFuture<Code> refusal = CompletableFuture.supplyAsync(
                    () -> assertThrows(WorkerException.class, () -> worker.receive(Duration.ZERO))
                            .code());
            assertEquals(Code.WRONG_THREAD, refusal.get(20, TimeUnit.SECONDS));
            worker.close();
            assertEquals(
                    Code.CLOSED,
                    assertThrows(WorkerException.class, () -> worker.receive(Duration.ZERO))
                            .code());
        }
    }

    private static ServingWorker serving(Kind kind, PlayedBroker broker, Responder responder) {
        return new ServingWorker(kind.settings(broker.endpoints()), responder);
    }

    private static String ids(String sender, int from, int to) {
        String ids = String.join(
                " ", IntStream.range(from, to).mapToObj(Integer::toString).toList());
        return sender + " " + ids.length() + ":" + ids + ", ";
    }
}
