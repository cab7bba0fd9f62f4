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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** WebSockets through to an upstream. */
class ProxyTunnelIT {
    private static final String UPGRADE = "GET /chat HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, Upgrade\r\n"
            + "Upgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    private static final String SWITCH =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

    private static BrokerHarness broker(ScriptedOrigin origin) {
        return BrokerHarness.builder().proxy("/", origin.port()).start();
    }

    private static RawClient tunnel(ScriptedOrigin origin, RawClient client) throws Exception {
        client.send(UPGRADE);
        RawClient upstream = origin.accept();
        upstream.head();
        upstream.send(SWITCH);
        client.head();
        return upstream;
    }

    @Test
    void passesTheHandshakeAndThenEveryByteBothWays() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin();
                BrokerHarness broker = broker(origin);
                RawClient client = broker.client()) {
            // The first bytes of the client come with its request, those of the upstream with its answer.
            client.send(UPGRADE + "\u0081\u0080early");
            RawClient upstream = origin.accept();
            String head = upstream.head();
            assertTrue(head.contains("\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"), head);
            assertTrue(head.contains("dGhlIHNhbXBsZSBub25jZQ=="), head);
            upstream.send(SWITCH + "\u0082\u0001!");
            assertEquals(
                    "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
                            + "Connection: upgrade\r\nUpgrade: websocket\r\n\r\n",
                    client.head());
            assertEquals("\u0082\u0001!", client.exactly(3));
            assertEquals("\u0081\u0080early", upstream.exactly(7));
            for (int i = 0; i < 10; i++) {
                client.send("GET / HTTP/1.1\r\n\r\n");
                assertEquals("GET / HTTP/1.1\r\n\r\n", upstream.exactly(18));
                upstream.send("HTTP/1.1 200 OK\r\n\r\n");
                assertEquals("HTTP/1.1 200 OK\r\n\r\n", client.exactly(19));
            }
        }
    }

    @Test
    void letsOneSideSpeakOnWhenTheOtherHasEnded() throws Exception {
        List<String> logged = new CopyOnWriteArrayList<>();
        try (ScriptedOrigin origin = new ScriptedOrigin();
                BrokerHarness broker = BrokerHarness.builder()
                        .log(record -> logged.add(record.status() + record.reason()))
                        .proxy("/", origin.port())
                        .start();
                RawClient first = broker.client();
                RawClient second = broker.client()) {
            RawClient upstream = tunnel(origin, first);
            first.send("last").endOutput();
            assertEquals("last", upstream.untilEnd());
            upstream.send("more").send("still").close();
            assertEquals("morestill", first.untilEnd());

            RawClient ending = tunnel(origin, second);
            ending.send("last").endOutput();
            assertEquals("last", second.untilEnd());
            second.send("more");
            assertEquals("more", ending.exactly(4));
            second.endOutput();
            assertEquals("", ending.untilEnd());
            Await.until("both are logged", () -> logged.size() == 2);
            assertEquals(List.of("101", "101"), List.copyOf(logged));
            Await.until("none is open", () -> broker.broker().counters().get(Counter.UPSTREAM_OPEN) == 0);
        }
    }

    @Test
    void endsWithEitherSide() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin();
                BrokerHarness broker = broker(origin);
                RawClient first = broker.client();
                RawClient second = broker.client()) {
            RawClient upstream = tunnel(origin, first);
            first.reset();
            upstream.untilEnd();
            RawClient lost = tunnel(origin, second);
            lost.reset();
            second.untilEnd();
            Await.until("none is open", () -> broker.broker().counters().get(Counter.UPSTREAM_OPEN) == 0);
        }
    }

    @Test
    void endsWhenNobodySpeaks() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin();
                BrokerHarness broker = BrokerHarness.builder()
                        .with(Setting.PROXY_TUNNEL_IDLE, "100ms")
                        .proxy("/", origin.port())
                        .start();
                RawClient client = broker.client()) {
            RawClient upstream = tunnel(origin, client);
            assertEquals("", client.untilEnd());
            assertEquals("", upstream.untilEnd());
        }
    }

    @Test
    void passesOnARefusalAndGoesOnWithHttp() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin();
                BrokerHarness broker = broker(origin);
                RawClient client = broker.client()) {
            client.send(UPGRADE);
            RawClient upstream = origin.accept();
            upstream.head();
            upstream.send("HTTP/1.1 403 No\r\nUpgrade: websocket\r\nContent-Length: 0\r\n\r\n");
            String refusal = client.head();
            assertTrue(refusal.startsWith("HTTP/1.1 403 "), refusal);
            assertFalse(refusal.contains("Upgrade"), refusal);
            client.get("/next");
            assertTrue(upstream.head().startsWith("GET /next "));
            upstream.send(ScriptedOrigin.ok("hi"));
            assertTrue(client.answer().endsWith("hi"));
        }
    }

    @Test
    void takesNoSwitchThatWasNotAskedFor() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin();
                BrokerHarness broker = broker(origin);
                RawClient client = broker.client()) {
            client.get("/");
            RawClient upstream = origin.accept();
            upstream.head();
            upstream.send(SWITCH);
            assertTrue(client.answer().contains("X-Lurcher-Reason: bad_upstream_answer"));
            client.send(UPGRADE);
            RawClient second = origin.accept();
            second.head();
            second.send(SWITCH.replace("Upgrade: websocket", "Upgrade: h2c"));
            assertTrue(client.answer().contains("X-Lurcher-Reason: bad_upstream_answer"));
        }
    }

    @Test
    void isHeldBackByTheSideThatDoesNotRead() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin();
                BrokerHarness broker = broker(origin);
                RawClient client = broker.client()) {
            RawClient upstream = tunnel(origin, client);
            int much = 32 << 20;
            byte[] bytes = new byte[much];
            Thread up = Thread.ofVirtual().start(() -> send(client, bytes));
            Thread down = Thread.ofVirtual().start(() -> send(upstream, bytes));
            assertFalse(up.join(Duration.ofMillis(300)), "all was taken while nobody read it");
            assertFalse(down.join(Duration.ofMillis(300)), "all was taken while nobody read it");
            assertEquals(much, client.exactly(much).length());
            assertEquals(much, upstream.exactly(much).length());
            up.join();
            down.join();
        }
    }

    private static void send(RawClient to, byte[] bytes) {
        try {
            to.send(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
