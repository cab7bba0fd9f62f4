package dev.lurcher.worker;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.worker.testing.FakeBroker;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Classic brokers that are not there yet, go, come back, or are none. */
class BrokerAwayIT {
    private static final Duration SHORT = Duration.ofMillis(200);

    @Test
    void takesNothingBeforeItsRepliesWouldArrive() throws Exception {
        try (FakeBroker broker = new FakeBroker("S", 0, 0);
                LogCapture log = new LogCapture();
                ServingWorker worker = serving(broker, request -> Response.text("hi"))) {
            // The worker's reply socket is connected, but nobody is subscribed.
            long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
            while (System.nanoTime() - end < 0) {
                assertFalse(broker.offer(1, "/early"), "took a request whose reply would be lost");
                assertNull(broker.reply(SHORT));
            }
            log.await("does not ask for replies");

            broker.subscribe("S ");
            broker.request(2, "/first");
            assertTrue(broker.reply().startsWith("S 1:2, HTTP/1.1 200 OK\r\n"));
            log.await("Takes requests of tcp://127.0.0.1:" + broker.sendPort());
        }
    }

    @Test
    void saysWhenTheBrokerWouldDropItsReplies() throws Exception {
        try (FakeBroker broker = new FakeBroker("S", 0, 0);
                LogCapture log = new LogCapture();
                ServingWorker worker = serving(broker, request -> Response.text("hi"))) {
            broker.subscribe("other ");
            broker.request(1, "/");
            log.await("takes only replies that begin with \"other \"");
        }
    }

    @Test
    void oneBrokerAwayDoesNotHinderTheOther() throws Exception {
        // A port that was free a moment ago may be another program's by now; these are nobody's.
        Endpoints nobody = new Endpoints("tcp://127.0.0.1:1", "tcp://127.0.0.1:2", "away");
        try (FakeBroker here = new FakeBroker("here");
                LogCapture log = new LogCapture();
                ServingWorker worker = new ServingWorker(
                        Worker.builder().brokers(nobody, here.endpoints()).classic(true),
                        request -> Response.text("hi"))) {
            here.request(1, "/");
            assertTrue(here.reply().startsWith("here 1:1, "));
            log.await("Nothing listens at " + nobody.recvSpec());
        }
    }

    @Test
    void waitsForABrokerThatComesLater() throws Exception {
        FakeBroker early = new FakeBroker("S");
        Endpoints endpoints = early.endpoints();
        early.close();
        try (LogCapture log = new LogCapture();
                ServingWorker worker = new ServingWorker(
                        Worker.builder().brokers(endpoints).classic(true), request -> Response.text("hi"))) {
            log.await("Nothing listens at " + endpoints.recvSpec() + ": is the broker running");
            try (FakeBroker broker = again(endpoints)) {
                broker.request(1, "/");
                assertTrue(broker.reply().startsWith("S 1:1, "));
            }
        }
    }

    @Test
    void keepsTryingWhereTheHostHasNoAddress() throws Exception {
        Endpoints nowhere = new Endpoints("tcp://broker.invalid:1", "tcp://broker.invalid:2", "away");
        try (FakeBroker here = new FakeBroker("here");
                LogCapture log = new LogCapture();
                ServingWorker worker = new ServingWorker(
                        Worker.builder().brokers(nowhere, here.endpoints()).classic(true),
                        request -> Response.text("hi"))) {
            here.request(1, "/");
            assertTrue(here.reply().startsWith("here 1:1, "));
            log.await("The host of tcp://broker.invalid:2 has no address");
        }
    }

    @Test
    void comesBackAfterABrokerRestart() throws Exception {
        FakeBroker first = new FakeBroker("S");
        Endpoints endpoints = first.endpoints();
        try (LogCapture log = new LogCapture();
                ServingWorker worker = new ServingWorker(
                        Worker.builder().brokers(endpoints).classic(true), request -> Response.text("hi"))) {
            first.request(1, "/");
            assertTrue(first.reply().startsWith("S 1:1, "));
            for (int round = 0; round < 3; round++) {
                first.close();
                first = again(endpoints);
                // The very first replies must arrive.
                first.request(2, "/");
                first.request(3, "/");
                assertTrue(first.reply().startsWith("S 1:2, "));
                assertTrue(first.reply().startsWith("S 1:3, "));
            }
        } finally {
            first.close();
        }
    }

    @Test
    void comesBackAfterAPeerThatWasNoBroker() throws Exception {
        FakeBroker swapped = new FakeBroker("S");
        Endpoints wrong =
                new Endpoints("tcp://127.0.0.1:" + swapped.recvPort(), "tcp://127.0.0.1:" + swapped.sendPort(), "S");
        try (LogCapture log = new LogCapture();
                ServingWorker worker = new ServingWorker(
                        Worker.builder().brokers(wrong).classic(true), request -> Response.text("hi"))) {
            log.await("is it really the handler's recv_spec, and does it do without CURVE?");
            int recvPort = swapped.sendPort();
            int sendPort = swapped.recvPort();
            swapped.close();
            try (FakeBroker broker = new FakeBroker("S", sendPort, recvPort)) {
                broker.subscribe("");
                broker.request(1, "/");
                assertTrue(broker.reply().startsWith("S 1:1, "));
            }
        }
    }

    private static ServingWorker serving(FakeBroker broker, Responder responder) {
        return new ServingWorker(Worker.builder().brokers(broker.endpoints()).classic(true), responder);
    }

    private static FakeBroker again(Endpoints endpoints) {
        FakeBroker broker = new FakeBroker(endpoints.sender(), port(endpoints.sendSpec()), port(endpoints.recvSpec()));
        broker.subscribe("");
        return broker;
    }

    private static int port(String endpoint) {
        return Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
    }
}
