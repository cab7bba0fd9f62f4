package dev.lurcher.broker.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.testing.Await;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedOrigin;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests to an upstream and its answers. */
class ProxyIT {
    private static final String GET = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private static BrokerHarness broker(ScriptedOrigin origin) {
        return BrokerHarness.builder().proxy("/", origin.port()).start();
    }

    private static long count(BrokerHarness broker, Counter counter) {
        return broker.broker().counters().get(counter);
    }

    @Test
    void writesRequestAndAnswerAnew() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin();
                BrokerHarness broker = broker(origin);
                RawClient client = broker.client()) {
            client.send(
                    "GET http://localhost/a?b HTTP/1.1\r\nhost:other\r\nConnection: x-own\r\nX-Own: 1\r\nAccept:*/*\r\n\r\n");
            RawClient upstream = origin.accept();
            assertEquals(
                    "GET /a?b HTTP/1.1\r\nHost: localhost\r\naccept: */*\r\nX-Forwarded-For: 127.0.0.1\r\n"
                            + "X-Forwarded-Proto: http\r\nX-Forwarded-Host: localhost\r\nX-Real-IP: 127.0.0.1\r\n"
                            + "Forwarded: for=127.0.0.1;host=\"localhost\";proto=http\r\nVia: 1.1 lurcher\r\n\r\n",
                    upstream.head());
            upstream.send("HTTP/1.1 201 Made\r\nconnection:X-Hop\r\nX-Hop: 1\r\ndate: d\r\nContent-Length:2\r\n\r\nhi");
            assertEquals("HTTP/1.1 201 Made\r\ndate: d\r\nContent-Length: 2\r\n\r\n", client.head());
            assertEquals("hi", client.exactly(2));
        }
    }

    @Test
    void keepsConnectionsToTheUpstreamAndToTheClient() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin().serve(head -> ScriptedOrigin.ok(head.split(" ")[1]));
                BrokerHarness broker = broker(origin);
                RawClient client = broker.client()) {
            for (int i = 0; i < 20; i++) {
                assertTrue(client.get("/" + i).answer().endsWith("\r\n\r\n/" + i));
            }
            assertEquals(1, origin.connections());
            assertEquals(1, count(broker, Counter.UPSTREAM_CONNECTS));
        }
    }

    @Test
    void answersPipelinedRequestsInOrder() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin().serve(head -> ScriptedOrigin.ok(head.split(" ")[1]));
                BrokerHarness broker = broker(origin);
                RawClient client = broker.client()) {
            client.send(
                    "GET /a HTTP/1.1\r\nHost: h\r\n\r\nHEAD /b HTTP/1.1\r\nHost: h\r\n\r\nGET /c HTTP/1.1\r\nHost: h\r\n\r\n");
            assertTrue(client.answer().endsWith("/a"));
            assertTrue(client.head().contains("Content-Length: 2"));
            assertTrue(client.answer().endsWith("/c"));
        }
    }

    @Test
    void turnsAnAnswerUntilCloseIntoChunks() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin();
                BrokerHarness broker = broker(origin);
                RawClient client = broker.client()) {
            client.send(GET);
            RawClient upstream = origin.accept();
            upstream.head();
            upstream.send("HTTP/1.0 200 OK\r\nDate: d\r\n\r\n");
            assertEquals("HTTP/1.1 200 OK\r\nDate: d\r\nTransfer-Encoding: chunked\r\n\r\n", client.head());
            upstream.send("hello");
            assertEquals("5\r\nhello\r\n", client.exactly(10));
            upstream.close();
            assertEquals("0\r\n\r\n", client.exactly(5));
            client.send(GET);
            origin.accept().send(ScriptedOrigin.ok("next"));
            assertTrue(client.answer().endsWith("next"));
        }
    }

    @Test
    void sendsNoChunksToHttp10() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin();
                BrokerHarness broker = broker(origin);
                RawClient client = broker.client()) {
            client.send("GET / HTTP/1.0\r\n\r\n");
            RawClient upstream = origin.accept();
            assertTrue(upstream.head().contains("Host: 127.0.0.1:" + origin.port() + "\r\n"));
            upstream.send(
                    "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nDate: d\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + "2\r\nhi\r\n0\r\nX: y\r\n\r\n");
            assertEquals("HTTP/1.1 200 OK\r\nDate: d\r\nConnection: close\r\n\r\nhi", client.untilEnd());
        }
    }

    @Test
    void passesOnTrailersAndEarlyHints() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin();
                BrokerHarness broker = broker(origin);
                RawClient client = broker.client()) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\nTE: trailers\r\nConnection: TE\r\n\r\n");
            RawClient upstream = origin.accept();
            assertTrue(upstream.head().contains("\r\nConnection: TE\r\nTE: trailers\r\n"));
            upstream.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
            assertEquals("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", client.head());
            upstream.send("HTTP/1.1 200 OK\r\nDate: d\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "2;x=y\r\nhi\r\n0\r\nX-Sum: 7\r\n\r\n");
            assertEquals(
                    "HTTP/1.1 200 OK\r\nDate: d\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n",
                    client.head());
            assertEquals("2\r\nhi\r\n0\r\nX-Sum: 7\r\n\r\n", client.exactly(22));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HEAD|HTTP/1.1 200 OK\r\nDate: d\r\nContent-Length: 5\r\n\r\n",
                "GET|HTTP/1.1 304 Same\r\nDate: d\r\nContent-Length: 5\r\n\r\n",
                "GET|HTTP/1.1 204 None\r\nDate: d\r\n\r\n",
            })
    void passesOnAnswersWithoutContent(String exchange) throws Exception {
        String method = exchange.substring(0, exchange.indexOf('|'));
        String answer = exchange.substring(exchange.indexOf('|') + 1);
        try (ScriptedOrigin origin = new ScriptedOrigin().serve(head -> answer);
                BrokerHarness broker = broker(origin);
                RawClient client = broker.client()) {
            for (int i = 0; i < 3; i++) {
                client.send(GET.replace("GET", method));
                assertEquals(answer, client.head());
            }
            assertEquals(1, origin.connections());
        }
    }

    @Test
    void saysWhenTheConnectionEndsWithTheAnswer() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin().serve(head -> ScriptedOrigin.ok("hi"));
                BrokerHarness broker = broker(origin);
                RawClient client = broker.client()) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            String all = client.untilEnd();
            assertTrue(all.contains("\r\nConnection: close\r\n") && all.endsWith("hi"), all);
        }
    }

    @Test
    void saysThatNobodyListens() throws Exception {
        int port;
        try (ScriptedOrigin gone = new ScriptedOrigin()) {
            port = gone.port();
        }
        try (BrokerHarness broker = BrokerHarness.builder().proxy("/", port).start();
                RawClient client = broker.client()) {
            for (int i = 0; i < 2; i++) {
                String answer = client.send(GET).answer();
                assertTrue(answer.startsWith("HTTP/1.1 502 Bad Gateway\r\n"), answer);
                assertTrue(answer.contains("\r\nX-Lurcher-Reason: upstream_unreachable\r\n"), answer);
            }
            assertEquals(2, count(broker, Counter.UPSTREAM_UNREACHABLE));
            assertEquals(0, count(broker, Counter.UPSTREAM_OPEN));
        }
    }

    @Test
    void doesNotWaitForEverForAnAnswer() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin();
                BrokerHarness broker = BrokerHarness.builder()
                        .with(Setting.PROXY_TIMEOUT, "100ms")
                        .with(Setting.PROXY_IDLE_TIMEOUT, "300ms")
                        .proxy("/", origin.port())
                        .start();
                RawClient client = broker.client()) {
            client.send(GET);
            RawClient upstream = origin.accept();
            assertTrue(client.answer().contains("X-Lurcher-Reason: upstream_timeout"));
            upstream.untilEnd();
            client.send(GET);
            RawClient slow = origin.accept();
            slow.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel");
            assertTrue(client.untilEnd().endsWith("hel"));
            assertEquals(2, count(broker, Counter.UPSTREAM_TIMEOUT));
        }
    }

    @Test
    void boundsConnectionsAndTheRequestsThatWaitForThem() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin();
                BrokerHarness broker = BrokerHarness.builder()
                        .with(Setting.EVENT_LOOPS, "1")
                        .with(Setting.PROXY_CONNECTIONS, "1")
                        .with(Setting.PROXY_QUEUE_LIMIT, "1")
                        .proxy("/", origin.port())
                        .start();
                RawClient first = broker.client();
                RawClient second = broker.client();
                RawClient third = broker.client()) {
            first.get("/1");
            RawClient upstream = origin.accept();
            assertTrue(upstream.head().startsWith("GET /1 "));
            second.get("/2");
            Await.until("the second waits", () -> count(broker, Counter.REQUESTS) == 2);
            String refused = third.get("/3").answer();
            assertTrue(refused.startsWith("HTTP/1.1 503 ") && refused.contains("Reason: queue_full"), refused);
            upstream.send(ScriptedOrigin.ok("one"));
            assertTrue(first.answer().endsWith("one"));
            assertTrue(upstream.head().startsWith("GET /2 "));
            upstream.send(ScriptedOrigin.ok("two"));
            assertTrue(second.answer().endsWith("two"));
        }
    }

    @Test
    void doesNotLetRequestsWaitForEver() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin();
                BrokerHarness broker = BrokerHarness.builder()
                        .with(Setting.EVENT_LOOPS, "1")
                        .with(Setting.PROXY_CONNECTIONS, "1")
                        .with(Setting.PROXY_QUEUE_TIMEOUT, "50ms")
                        .proxy("/", origin.port())
                        .start();
                RawClient first = broker.client();
                RawClient second = broker.client()) {
            first.get("/1");
            RawClient upstream = origin.accept();
            upstream.head();
            String refused = second.get("/2").answer();
            assertTrue(refused.contains("X-Lurcher-Reason: queue_timeout"), refused);
            upstream.send(ScriptedOrigin.ok("one"));
            assertTrue(first.answer().endsWith("one"));
            assertTrue(upstream.hearsNothing(50));
        }
    }

    @Test
    void closesAConnectionThatIsNotUsed() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin();
                BrokerHarness broker = BrokerHarness.builder()
                        .with(Setting.PROXY_KEEP_TIME, "50ms")
                        .proxy("/", origin.port())
                        .start();
                RawClient client = broker.client()) {
            client.send(GET);
            RawClient upstream = origin.accept();
            upstream.head();
            upstream.send(ScriptedOrigin.ok("one"));
            client.answer();
            assertEquals("", upstream.untilEnd());
            Await.until("it is not counted", () -> count(broker, Counter.UPSTREAM_OPEN) == 0);
        }
    }

    @Test
    void givesUpTheExchangeOfAClientThatLeaves() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin();
                BrokerHarness broker = broker(origin);
                RawClient client = broker.client()) {
            client.send(GET);
            RawClient upstream = origin.accept();
            upstream.head();
            client.reset();
            assertEquals("", upstream.untilEnd());
            Await.until("it is counted", () -> count(broker, Counter.CLIENT_GONE) == 1);
        }
    }

    @Test
    void answersAClientThatHasClosedItsSendingSide() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin();
                BrokerHarness broker = broker(origin);
                RawClient client = broker.client()) {
            client.send(GET).endOutput();
            RawClient upstream = origin.accept();
            upstream.head();
            upstream.send(ScriptedOrigin.ok("hi"));
            assertTrue(client.untilEnd().endsWith("hi"));
        }
    }

    @Test
    void logsTheRouteTheStatusAndTheReason() throws Exception {
        List<String> logged = new CopyOnWriteArrayList<>();
        try (ScriptedOrigin origin = new ScriptedOrigin();
                BrokerHarness broker = BrokerHarness.builder()
                        .log(record -> logged.add(record.route() + " " + record.status() + " " + record.reason()))
                        .proxy("/", origin.port())
                        .start();
                RawClient client = broker.client()) {
            client.send(GET);
            RawClient first = origin.accept();
            first.head();
            first.send("HTTP/1.1 418 Teapot\r\nContent-Length: 0\r\n\r\n");
            client.answer();
            client.send(GET);
            first.head();
            first.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel").close();
            client.untilEnd();
            Await.until("both are logged", () -> logged.size() == 2);
            assertEquals(List.of("/ 418 ", "/ 200 upstream_lost"), new ArrayList<>(logged));
        }
    }

    @Test
    void passesOnNothingThatConnectionHides() throws Exception {
        try (ScriptedOrigin origin =
                        new ScriptedOrigin().serve(head -> ScriptedOrigin.ok(Integer.toString(head.length())));
                BrokerHarness broker = broker(origin);
                RawClient client = broker.client()) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 1.2.3.4\r\nForwarded: for=1.2.3.4\r\n\r\n");
            String plain = client.answer();
            client.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: X-Forwarded-For, Forwarded, Host, Via\r\n\r\n");
            String hiding = client.answer();
            assertEquals(plain.substring(plain.length() - 3), hiding.substring(hiding.length() - 3));
            assertFalse(plain.endsWith("\r\n"));
        }
    }
}
