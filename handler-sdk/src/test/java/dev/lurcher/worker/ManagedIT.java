package dev.lurcher.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.protocol.WorkerControl;
import dev.lurcher.worker.testing.Cable;
import dev.lurcher.worker.testing.ManagedBroker;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/** How a worker and a broker that knows it begin, and meet again. */
class ManagedIT {
    private static final Duration SHORT = Duration.ofMillis(300);

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    @Test
    void saysWhoItIs() throws Exception {
        try (ManagedBroker broker = new ManagedBroker("S");
                ServingWorker worker = new ServingWorker(
                        Worker.builder()
                                .brokers(broker.endpoints())
                                .name("one")
                                .application("shop", "1.2")
                                .capacity(7),
                        this::answer)) {
            WorkerControl.Hello hello = broker.hello();
            assertEquals("one", hello.name());
            assertEquals("shop", hello.application());
            assertEquals("1.2", hello.version());
            assertEquals(7, hello.capacity());
            assertEquals(ProcessHandle.current().pid(), hello.pid());
            assertEquals("java " + Runtime.version().feature(), hello.language());
            assertTrue(!hello.host().isEmpty());
        }
    }

    @Test
    void leavesItsCapacityToTheBrokerUnlessItIsSet() throws Exception {
        try (ManagedBroker broker = new ManagedBroker("S");
                ServingWorker worker = serving(broker)) {
            assertEquals(0, broker.hello().capacity());
        }
    }

    @Test
    void saysHelloBeforeAllElse() throws Exception {
        try (ManagedBroker broker = new ManagedBroker("S", 0, false);
                ServingWorker worker = new ServingWorker(
                        Worker.builder().brokers(broker.endpoints()).stopTime(SHORT), this::answer)) {
            worker.worker().send(List.of(new Client(0, "S", 5)), new byte[] {'x'});
            broker.hello();
            assertNull(broker.reply(SHORT), "a reply came before the welcome");
            broker.welcome();
            assertEquals("S 1:5, x", broker.reply());
            assertTrue(broker.transcript().get(0).startsWith("S 1:X, "));
        }
    }

    @Test
    void saysHelloAgainWhenTheConnectionWasCut() throws Exception {
        try (ManagedBroker broker = new ManagedBroker("S");
                Cable cable = new Cable(broker.port());
                ServingWorker worker =
                        new ServingWorker(Worker.builder().brokers(broker.endpoints(cable.port())), this::answer)) {
            for (int round = 1; round <= 3; round++) {
                broker.hello();
                broker.request(round, "/");
                assertTrue(broker.reply().startsWith("S 1:" + round + ", HTTP/1.1 200 "));
                cable.cut();
            }
            broker.hello();
        }
    }

    @Test
    void saysHelloToABrokerThatWasRestarted() throws Exception {
        ManagedBroker broker = new ManagedBroker("S");
        try (LogCapture log = new LogCapture();
                ServingWorker worker = serving(broker)) {
            for (int round = 1; round <= 3; round++) {
                broker.hello();
                broker.request(round, "/");
                assertTrue(broker.reply().startsWith("S 1:" + round + ", HTTP/1.1 200 "));
                int port = broker.port();
                broker.close();
                broker = new ManagedBroker("S", port, true);
            }
            broker.hello();
            log.await("Takes requests of " + broker.endpoints().sendSpec() + ", managed by fake/1.");
        } finally {
            broker.close();
        }
    }

    @Test
    void waitsForABrokerThatComesLater() throws Exception {
        ManagedBroker early = new ManagedBroker("S");
        early.close();
        try (LogCapture log = new LogCapture();
                ServingWorker worker = serving(early)) {
            log.await("Nothing listens at " + early.endpoints().sendSpec() + ": is the broker running");
            try (ManagedBroker broker = new ManagedBroker("S", early.port(), true)) {
                broker.request(1, "/");
                assertTrue(broker.reply().startsWith("S 1:1, "));
            }
        }
    }

    /** Mongrel2 hangs up as well, but says why. */
    @Test
    void goesOnTryingABrokerThatHangsUp() throws Exception {
        ServerSocket ending = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        int port = ending.getLocalPort();
        Endpoints endpoints = new Endpoints("tcp://127.0.0.1:" + port, "tcp://127.0.0.1:1", "S");
        try (LogCapture log = new LogCapture();
                ServingWorker worker = new ServingWorker(Worker.builder().brokers(endpoints), this::answer)) {
            for (int i = 0; i < 5; i++) {
                try (Socket greeted = ending.accept()) {
                    greeted.getOutputStream().write(ProbeIT.GREETING.getBytes(ISO_8859_1));
                    greeted.getInputStream().readNBytes(64);
                }
            }
            log.await("Something listens at " + endpoints.sendSpec() + ", but does not welcome workers");
            ending.close();
            try (ManagedBroker broker = new ManagedBroker("S", port, true)) {
                broker.request(1, "/");
                assertTrue(broker.reply().startsWith("S 1:1, "));
            }
        } finally {
            ending.close();
        }
    }

    @Test
    void isNotHeldUpByWhatTookABrokersPlace() throws Exception {
        ManagedBroker gone = new ManagedBroker("gone");
        try (ManagedBroker here = new ManagedBroker("here");
                ServingWorker worker = new ServingWorker(
                        Worker.builder()
                                .brokers(gone.endpoints(), here.endpoints())
                                .stopTime(SHORT),
                        this::answer)) {
            gone.hello();
            here.hello();
            gone.close();
            try (ZMQ.Context context = ZMQ.context(1);
                    ZMQ.Socket other = context.socket(SocketType.SUB)) {
                other.bind("tcp://127.0.0.1:" + gone.port());
                long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
                for (int i = 1; System.nanoTime() - end < 0; i++) {
                    worker.worker().send(List.of(new Client(0, "gone", 1)), new byte[1]);
                    here.request(i, "/");
                    assertTrue(here.reply().startsWith("here "));
                }
            }
            try (ManagedBroker back = new ManagedBroker("gone", gone.port(), true)) {
                back.hello();
                assertEquals("gone 1:1, \0", back.reply(), "what was sent meanwhile");
            }
        }
    }

    @Test
    void oneBrokerAwayDoesNotHinderTheOther() throws Exception {
        Endpoints away = new Endpoints("tcp://127.0.0.1:1", "tcp://127.0.0.1:2", "away");
        Endpoints nowhere = new Endpoints("tcp://broker.invalid:1", "tcp://broker.invalid:2", "nowhere");
        try (ManagedBroker here = new ManagedBroker("here");
                LogCapture log = new LogCapture();
                ServingWorker worker =
                        new ServingWorker(Worker.builder().brokers(away, nowhere, here.endpoints()), this::answer)) {
            here.request(1, "/");
            assertTrue(here.reply().startsWith("here 1:1, "));
            log.await("The host of tcp://broker.invalid:1 has no address");
        }
    }

    /** The broker has given it to another worker under another number; the old one may be somebody else's by now. */
    @Test
    void doesNotAnswerWhatCameByAnEarlierConnection() throws Exception {
        try (ManagedBroker broker = new ManagedBroker("S");
                Cable cable = new Cable(broker.port());
                ServingWorker worker =
                        new ServingWorker(Worker.builder().brokers(broker.endpoints(cable.port())), this::answer)) {
            broker.hello();
            broker.request(1, "/held");
            broker.request(2, "/waits");
            assertTrue(begun.await(20, TimeUnit.SECONDS));
            cable.cut();
            broker.hello();
            broker.request(3, "/");
            release.countDown();
            // The answer to what was held leaves before the worker can know; a broker drops it. The other is not even
            // begun.
            String reply = broker.reply();
            assertTrue(reply.startsWith("S 1:3, ") || reply.startsWith("S 1:1, "), reply);
            if (reply.startsWith("S 1:1, ")) {
                assertTrue(broker.reply().startsWith("S 1:3, "));
            }
            assertNull(broker.reply(SHORT));
        }
    }

    @Test
    void forgetsRepliesToAnEarlierConnection() throws Exception {
        LinkedBlockingQueue<Request> parked = new LinkedBlockingQueue<>();
        try (ManagedBroker broker = new ManagedBroker("S");
                Cable cable = new Cable(broker.port());
                ServingWorker worker =
                        new ServingWorker(Worker.builder().brokers(broker.endpoints(cable.port())), request -> {
                            parked.add(request);
                            return Response.none();
                        })) {
            broker.hello();
            broker.request(1, "/poll");
            Request early = parked.poll(20, TimeUnit.SECONDS);
            assertNotNull(early);
            cable.cut();
            broker.hello();
            broker.request(2, "/poll");
            Request late = parked.poll(20, TimeUnit.SECONDS);
            assertNotNull(late);
            early.reply(Response.text("too late"));
            late.reply(Response.text("in time"));
            assertTrue(broker.reply().endsWith("in time"));
        }
    }

    @Test
    void ignoresNoticesThatItDoesNotKnow() throws Exception {
        try (ManagedBroker broker = new ManagedBroker("S");
                ServingWorker worker = serving(broker)) {
            broker.hello();
            for (String content : List.of("{\"type\":\"ping\"}", "{", "{\"type\":\"credit\",\"bytes\":-1}")) {
                broker.request(1, "@*", "{\"METHOD\":\"JSON\"}", content);
            }
            broker.credit(9, 100);
            broker.request(2, "/");
            assertTrue(broker.reply().startsWith("S 1:2, "));
        }
    }

    private ServingWorker serving(ManagedBroker broker) {
        return new ServingWorker(Worker.builder().brokers(broker.endpoints()), this::answer);
    }

    private Response answer(Request request) throws InterruptedException {
        if (request.path().equals("/held")) {
            begun.countDown();
            release.await();
        }
        return Response.text("answer");
    }
}
