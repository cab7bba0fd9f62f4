package dev.lurcher.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.dispatch.HandlerPool;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.testing.Await;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedWorker;
import dev.lurcher.protocol.RequestMessage;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of requests, workers and sockets when the configuration changes. */
class ReloadIT {
    private static BrokerHarness.Builder one() {
        return BrokerHarness.builder().handler("/", "hello", 1);
    }

    private static BrokerHarness.Builder two() {
        return one().handler("/other", "other", 2);
    }

    /** Without a route for all paths. */
    private static BrokerHarness.Builder elsewhere() {
        return BrokerHarness.builder().handler("/hello", "hello", 1);
    }

    private static void assertApplied(ReloadResult result, String... changes) {
        assertTrue(result.applied(), result::toString);
        assertEquals(List.of(changes), result.changes());
        assertEquals(List.of(), result.problems());
    }

    private static void serve(BrokerHarness harness, String sender, String path) throws IOException {
        try (ScriptedWorker worker = harness.worker(sender);
                RawClient client = harness.client()) {
            client.get(path);
            worker.answer(worker.takeRequest(), sender);
            assertTrue(client.answer().endsWith("\r\n\r\n" + sender));
        }
    }

    @Test
    void theSameAgainChangesNothing() {
        try (BrokerHarness harness = one().start()) {
            assertApplied(harness.reload(one()));
        }
    }

    @Test
    void servesANewRouteAtOnce() throws IOException {
        try (BrokerHarness harness = one().start()) {
            ReloadResult result = harness.reload(two());

            assertApplied(
                    result,
                    "route /other of host localhost is new and leads to handler tcp://127.0.0.1:00 tcp://127.0.0.1:00");
            serve(harness, "other", "/other");
            serve(harness, "hello", "/");
        }
    }

    @Test
    void whatIsTheSameKeepsItsQueueAndItsWorkers() throws IOException {
        try (BrokerHarness harness = one().start();
                RawClient client = harness.client()) {
            HandlerPool pool = harness.pool("hello");
            client.get("/");
            Await.until("the request waits", () -> pool.queued() == 1);

            harness.reload(two());

            assertSame(pool, harness.pool("hello"));
            try (ScriptedWorker worker = harness.worker("hello")) {
                worker.answer(worker.takeRequest(), "first");
                assertTrue(client.answer().endsWith("first"));
                harness.reload(one());
                client.get("/");
                worker.answer(worker.takeRequest(), "second");
                assertTrue(client.answer().endsWith("second"));
            }
        }
    }

    @Test
    void requestsOfARemovedHandlerFinishAndThenItsEndpointsClose() throws IOException {
        try (BrokerHarness harness = two().start();
                ScriptedWorker worker = harness.worker("other");
                RawClient client = harness.client();
                RawClient later = harness.client()) {
            client.get("/other");
            RequestMessage taken = worker.takeRequest();

            assertTrue(harness.reload(elsewhere()).applied());

            assertTrue(later.get("/other").answer().startsWith("HTTP/1.1 404 "));
            worker.answer(taken, "in time");
            assertTrue(client.answer().endsWith("in time"));
            assertThrows(IOException.class, worker::take);
        }
    }

    @Test
    void aRequestWhoseContentStillComesKeepsTheHandlerItBeganWith() throws IOException {
        try (BrokerHarness harness = two().start();
                ScriptedWorker worker = harness.worker("other");
                RawClient client = harness.client()) {
            client.send("POST /other HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\n\r\nabc");
            Await.until("the head has come", () -> harness.broker().counters().get(Counter.REQUESTS) == 1);

            assertTrue(harness.reload(elsewhere()).applied());
            try (RawClient later = harness.client()) {
                assertTrue(later.get("/other").answer().startsWith("HTTP/1.1 404 "));
            }
            // Longer than endpoints that nobody needs stay open.
            assertTrue(worker.hearsNothing(600));
            client.send("def");
            RequestMessage taken = worker.takeRequest();
            assertEquals(6, taken.content().length);
            worker.answer(taken, "whole");
            assertTrue(client.answer().endsWith("whole"));
        }
    }

    @Test
    void aHandlerThatComesBackInTimeWasNeverAway() throws IOException {
        try (BrokerHarness harness = two().start();
                ScriptedWorker worker = harness.worker("other");
                RawClient client = harness.client()) {
            HandlerPool pool = harness.pool("other");
            client.get("/other");
            RequestMessage taken = worker.takeRequest();
            harness.reload(one());

            assertTrue(harness.reload(two()).applied());

            assertSame(pool, harness.pool("other"));
            worker.answer(taken, "one");
            assertTrue(client.answer().endsWith("one"));
            client.get("/other");
            worker.answer(worker.takeRequest(), "two");
            assertTrue(client.answer().endsWith("two"));
        }
    }

    @Test
    void whatCannotBeBoundRefusesAllOfIt() throws IOException {
        try (BrokerHarness harness = one().start();
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String free = "tcp://127.0.0.1:" + freePort();
            String bad = "tcp://127.0.0.1:" + taken.getLocalPort();

            ReloadResult result = harness.reload(
                    one().handler("/a", "a", 2).handler("/b", "b", free).handler("/c", "c", bad));

            assertFalse(result.applied());
            assertEquals(1, result.problems().size(), result::toString);
            // The one address is taken by the other of the pair: replies were bound, and are not any more.
            assertTrue(
                    result.problems().get(0).startsWith("handler row 3, send_spec: endpoint \"" + free),
                    result::toString);
            assertEquals(1, harness.broker().pools().size());
            serve(harness, "hello", "/");
            result = harness.reload(one().handler("/c", "c", bad));
            assertTrue(
                    result.problems().get(0).startsWith("handler row 2, recv_spec: endpoint \"" + bad),
                    result::toString);
        }
    }

    @Test
    void aHandlersLimitsHoldAtOnce() throws IOException {
        try (BrokerHarness harness = one().start();
                RawClient client = harness.client()) {
            client.get("/");
            Await.until("the request waits", () -> harness.pool("hello").queued() == 1);

            ReloadResult result = harness.reload(BrokerHarness.builder()
                    .limits(Duration.ofSeconds(60), Duration.ofSeconds(10), 1, 100)
                    .handler("/", "hello", 1));

            assertApplied(result, "handler tcp://127.0.0.1:0 tcp://127.0.0.1:0: queue_limit is 1 (before: 1024)");
            try (RawClient second = harness.client()) {
                assertTrue(second.get("/").answer().contains("queue_full"));
            }
        }
    }

    @Test
    void prefetchHoldsForWorkersThatAreThere() throws IOException {
        try (BrokerHarness harness = one().start();
                ScriptedWorker worker = harness.worker("hello");
                RawClient first = harness.client();
                RawClient second = harness.client()) {
            harness.reload(BrokerHarness.builder()
                    .limits(Duration.ofSeconds(60), Duration.ofSeconds(10), 1024, 1)
                    .handler("/", "hello", 1));
            first.get("/");
            worker.takeRequest();

            second.get("/");

            Await.until("the second waits", () -> harness.pool("hello").queued() == 1);
        }
    }

    @Test
    void settingsOfRequestsHoldForConnectionsFromNowOn() throws IOException {
        try (BrokerHarness harness = one().start()) {
            ReloadResult result = harness.reload(one().with(Setting.URL_LENGTH, "64"));

            assertApplied(result, "setting limits.url_length is 64 (before: \"8k\")");
            try (RawClient client = harness.client()) {
                assertTrue(client.get("/" + "x".repeat(100)).head().startsWith("HTTP/1.1 414 "));
            }
        }
    }

    @Test
    void whatOnlyAStartCanChangeIsReportedEachTime() {
        try (BrokerHarness harness = one().start()) {
            List<String> wanted =
                    List.of("setting zmtp.peers is 7 in the database, and 1024 until the broker is restarted");

            assertEquals(
                    wanted, harness.reload(one().with(Setting.ZMTP_PEERS, "7")).needRestart());
            assertEquals(
                    wanted, harness.reload(one().with(Setting.ZMTP_PEERS, "7")).needRestart());
            assertEquals(List.of(), harness.reload(one()).needRestart());
        }
    }

    @Test
    void aHandlersOtherNameTakesARestart() throws IOException {
        try (BrokerHarness harness = one().start()) {
            ReloadResult result = harness.reload(BrokerHarness.builder().handler("/", "renamed", 1));

            assertTrue(result.applied());
            assertEquals(1, result.needRestart().size(), result::toString);
            assertTrue(result.needRestart().get(0).startsWith("handler row 1: send_ident \"renamed\""));
            assertEquals("hello", harness.pool("hello").name());
        }
    }

    @Test
    void movesToAnotherPortAndLetsConnectionsEnd() throws IOException {
        try (BrokerHarness harness = one().start();
                ScriptedWorker worker = harness.worker("hello");
                RawClient old = harness.client()) {
            InetSocketAddress before = harness.broker().address();
            old.get("/");
            worker.answer(worker.takeRequest(), "kept");
            assertTrue(old.answer().endsWith("kept"));

            assertTrue(harness.reload(one().listen("127.0.0.1", freePort())).applied());

            assertFalse(before.equals(harness.broker().address()));
            old.get("/");
            worker.answer(worker.takeRequest(), "last");
            assertTrue(old.untilEnd().endsWith("last"));
            assertThrows(ConnectException.class, () -> new RawClient(before).close());
            try (RawClient client = harness.client()) {
                client.get("/");
                worker.answer(worker.takeRequest(), "here");
                assertTrue(client.answer().endsWith("here"));
            }
        }
    }

    @Test
    void addressesOfOnePortFollowEachOther() throws IOException {
        int port = freePort();
        try (BrokerHarness harness = one().listen("127.0.0.1", port).start()) {
            assertApplied(
                    harness.reload(one().listen("0.0.0.0", port)),
                    "server.bind_addr is \"0.0.0.0\" (before: \"127.0.0.1\")");

            serve(harness, "hello", "/");
            assertApplied(
                    harness.reload(one().listen("127.0.0.1", port)),
                    "server.bind_addr is \"127.0.0.1\" (before: \"0.0.0.0\")");
            serve(harness, "hello", "/");
            // And nobody else may share it.
            assertThrows(
                    StartException.class, () -> one().listen("127.0.0.1", port).start());
        }
    }

    @Test
    void aPortThatIsTakenRefusesAllOfIt() throws IOException {
        try (BrokerHarness harness = one().start();
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress before = harness.broker().address();

            ReloadResult result = harness.reload(two().listen("127.0.0.1", taken.getLocalPort()));

            assertFalse(result.applied());
            assertTrue(
                    result.problems().get(0).startsWith("server row 1, port: cannot listen on 127.0.0.1:"),
                    result::toString);
            assertEquals(before, harness.broker().address());
            assertEquals(1, harness.broker().pools().size());
            serve(harness, "hello", "/");
        }
    }

    @Test
    void aStoppingBrokerReloadsNothing() throws InterruptedException {
        try (BrokerHarness harness = one().start()) {
            harness.broker().drain(Duration.ZERO);

            assertEquals(
                    List.of("the broker is stopping"), harness.reload(two()).problems());
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
