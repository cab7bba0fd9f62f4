package dev.lurcher.broker.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.testing.Await;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedOrigin;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Content of requests and answers on its way to and from an upstream. */
class ProxyContentIT {
    private static final int PART = 1 << 16;
    private static final long MUCH = 64L << 20;

    private static BrokerHarness broker(ScriptedOrigin origin) {
        return BrokerHarness.builder().proxy("/", origin.port()).start();
    }

    @Test
    void sendsContentOnAsItComes() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin();
                BrokerHarness broker = broker(origin);
                RawClient client = broker.client()) {
            client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhello");
            RawClient upstream = origin.accept();
            assertTrue(upstream.head().endsWith("\r\nContent-Length: 10\r\n\r\n"));
            assertEquals("hello", upstream.exactly(5));
            client.send("world");
            assertEquals("world", upstream.exactly(5));
            upstream.send(ScriptedOrigin.ok("thanks"));
            assertTrue(client.answer().endsWith("thanks"));
            client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
            assertTrue(upstream.head().endsWith("\r\nContent-Length: 0\r\n\r\n"));
        }
    }

    @Test
    void sendsChunkedContentOnInChunksOfItsOwn() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin();
                BrokerHarness broker = broker(origin);
                RawClient client = broker.client()) {
            client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n005;x=y\r\nhello\r\n");
            RawClient upstream = origin.accept();
            assertTrue(upstream.head().endsWith("\r\nTransfer-Encoding: chunked\r\n\r\n"));
            assertEquals("5\r\nhello\r\n", upstream.exactly(10));
            client.send("1\r\n!\r\n0\r\nX-Trailer: 1\r\n\r\n");
            assertEquals("1\r\n!\r\n0\r\n\r\n", upstream.exactly(11));
            upstream.send(ScriptedOrigin.ok("thanks"));
            assertTrue(client.answer().endsWith("thanks"));
            client.get("/next");
            assertTrue(upstream.head().startsWith("GET /next "));
        }
    }

    @Test
    void letsTheUpstreamDecideWhetherTheContentIsToCome() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin();
                BrokerHarness broker = broker(origin);
                RawClient client = broker.client()) {
            String head = "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";
            client.send(head);
            RawClient upstream = origin.accept();
            assertTrue(upstream.head().toLowerCase(Locale.ROOT).contains("\r\nexpect: 100-continue\r\n"));
            assertTrue(client.hearsNothing(50));
            upstream.send("HTTP/1.1 100 Continue\r\n\r\n");
            assertEquals("HTTP/1.1 100 Continue\r\n\r\n", client.head());
            client.send("hello");
            assertEquals("hello", upstream.exactly(5));
            upstream.send(ScriptedOrigin.ok("thanks"));
            assertTrue(client.answer().endsWith("thanks"));
            client.send(head);
            upstream.head();
            upstream.send("HTTP/1.1 413 Too Much\r\nContent-Length: 0\r\n\r\n");
            assertTrue(client.head().startsWith("HTTP/1.1 413 "));
            // What was announced and never came must not be taken for the beginning of the next request.
            assertEquals("", upstream.untilEnd());
        }
    }

    @Test
    void passesOnAnAnswerThatComesBeforeTheContent() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin();
                BrokerHarness broker = broker(origin);
                RawClient client = broker.client()) {
            client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\nhello");
            RawClient upstream = origin.accept();
            upstream.head();
            upstream.send("HTTP/1.1 413 Too Much\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno")
                    .endOutput();
            assertTrue(client.head().startsWith("HTTP/1.1 413 "));
            assertEquals("no", client.exactly(2));
        }
    }

    @Test
    void streamsBothWaysAtOnce() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin();
                BrokerHarness broker = broker(origin);
                RawClient client = broker.client()) {
            client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
            RawClient upstream = origin.accept();
            upstream.head();
            upstream.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.head();
            for (int i = 0; i < 20; i++) {
                client.send("1\r\na\r\n");
                assertEquals("1\r\na\r\n", upstream.exactly(6));
                upstream.send("1\r\nb\r\n");
                assertEquals("1\r\nb\r\n", client.exactly(6));
            }
            client.send("0\r\n\r\n");
            assertEquals("0\r\n\r\n", upstream.exactly(5));
            upstream.send("0\r\n\r\n");
            assertEquals("0\r\n\r\n", client.exactly(5));
            client.get("/next");
            assertTrue(upstream.head().startsWith("GET /next "));
        }
    }

    @Test
    void readsFromTheUpstreamNoFasterThanTheClientReads() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin();
                BrokerHarness broker = broker(origin);
                RawClient client = broker.client()) {
            client.get("/");
            RawClient upstream = origin.accept();
            upstream.head();
            AtomicLong sent = new AtomicLong();
            long before = directBytes();
            CompletableFuture<Void> sending =
                    sending(upstream, "HTTP/1.1 200 OK\r\nContent-Length: " + MUCH + "\r\n\r\n", sent);
            long stuck = untilStill(sent);
            assertTrue(stuck < MUCH, "all " + stuck + " bytes were taken while nobody read them");
            assertTrue(directBytes() - before < 16 << 20, "memory grew by " + (directBytes() - before));
            client.head();
            assertEquals(MUCH, read(client, MUCH));
            sending.join();
            client.get("/next");
            assertTrue(upstream.head().startsWith("GET /next "));
            assertEquals(0, broker.broker().counters().get(Counter.SLOW_CLIENT));
        }
    }

    @Test
    void readsFromTheClientNoFasterThanTheUpstreamReads() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin();
                BrokerHarness broker = broker(origin);
                RawClient client = broker.client()) {
            AtomicLong sent = new AtomicLong();
            long before = directBytes();
            CompletableFuture<Void> sending =
                    sending(client, "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: " + MUCH + "\r\n\r\n", sent);
            RawClient upstream = origin.accept();
            long stuck = untilStill(sent);
            assertTrue(stuck < MUCH, "all " + stuck + " bytes were taken while nobody read them");
            assertTrue(directBytes() - before < 16 << 20, "memory grew by " + (directBytes() - before));
            upstream.head();
            assertEquals(MUCH, read(upstream, MUCH));
            sending.join();
            upstream.send(ScriptedOrigin.ok("thanks"));
            assertTrue(client.answer().endsWith("thanks"));
        }
    }

    @Test
    void doesNotBlameTheUpstreamForASlowClient() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin();
                BrokerHarness broker = BrokerHarness.builder()
                        .with(Setting.PROXY_TIMEOUT, "200ms")
                        .with(Setting.PROXY_IDLE_TIMEOUT, "200ms")
                        .proxy("/", origin.port())
                        .start();
                RawClient client = broker.client()) {
            client.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\na");
            RawClient upstream = origin.accept();
            upstream.head();
            assertTrue(client.hearsNothing(500));
            client.send("b");
            assertEquals("ab", upstream.exactly(2));
            AtomicLong sent = new AtomicLong();
            CompletableFuture<Void> sending =
                    sending(upstream, "HTTP/1.1 200 OK\r\nContent-Length: " + MUCH + "\r\n\r\n", sent);
            untilStill(sent);
            client.head();
            assertEquals(MUCH, read(client, MUCH));
            sending.join();
        }
    }

    @Test
    void looksAfterTheContentOfTheNextRequestToo() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin();
                BrokerHarness broker = BrokerHarness.builder()
                        .with(Setting.CONTENT_IDLE, "100ms")
                        .proxy("/", origin.port())
                        .start();
                RawClient client = broker.client()) {
            // Whole before there is a connection to send it on.
            client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello");
            RawClient upstream = origin.accept();
            upstream.head();
            assertEquals("hello", upstream.exactly(5));
            upstream.send(ScriptedOrigin.ok("thanks"));
            assertTrue(client.answer().endsWith("thanks"));
            client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n");
            assertTrue(client.answer().contains("X-Lurcher-Reason: content_timeout"));
            upstream.head();
            assertEquals("", upstream.untilEnd());
        }
    }

    @Test
    void givesUpAnUpstreamThatDoesNotTakeTheContent() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin();
                BrokerHarness broker = BrokerHarness.builder()
                        .with(Setting.PROXY_IDLE_TIMEOUT, "200ms")
                        .proxy("/", origin.port())
                        .start();
                RawClient client = broker.client()) {
            CompletableFuture<Void> sending = sending(
                    client, "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: " + MUCH + "\r\n\r\n", new AtomicLong());
            origin.accept();
            Await.until("it is given up", () -> broker.broker().counters().get(Counter.UPSTREAM_TIMEOUT) == 1);
            sending.exceptionally(cut -> null).join();
        }
    }

    @Test
    void cutsAnAnswerWhoseUpstreamIsLostSoThatTheClientCanTell() throws Exception {
        String[] heads = {"Content-Length: 100", "Transfer-Encoding: chunked"};
        for (String framing : heads) {
            try (ScriptedOrigin origin = new ScriptedOrigin();
                    BrokerHarness broker = broker(origin);
                    RawClient client = broker.client()) {
                client.get("/");
                RawClient upstream = origin.accept();
                upstream.head();
                upstream.send("HTTP/1.1 200 OK\r\n" + framing + "\r\n\r\n2\r\nhi\r\n");
                client.head();
                client.exactly(7);
                upstream.close();
                String rest = client.untilEnd();
                assertTrue(rest.isEmpty(), rest);
            }
        }
    }

    @Test
    void resetsAnHttp10ClientWhoseAnswerIsNotWhole() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin();
                BrokerHarness broker = broker(origin);
                RawClient client = broker.client()) {
            client.send("GET / HTTP/1.0\r\n\r\n");
            RawClient upstream = origin.accept();
            upstream.head();
            upstream.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n");
            client.head();
            client.exactly(2);
            upstream.close();
            assertEquals("[reset]", client.untilEnd());
        }
    }

    private static CompletableFuture<Void> sending(RawClient to, String head, AtomicLong sent) {
        return CompletableFuture.runAsync(() -> {
            try {
                to.send(head);
                byte[] part = new byte[PART];
                for (long i = 0; i < MUCH; i += PART) {
                    to.send(part);
                    sent.addAndGet(PART);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** What was sent once nothing more goes for a moment. */
    private static long untilStill(AtomicLong sent) {
        long[] last = {-1, System.nanoTime()};
        Await.until("the sender is stuck", () -> {
            if (sent.get() != last[0]) {
                last[0] = sent.get();
                last[1] = System.nanoTime();
            }
            return last[0] > 0 && System.nanoTime() - last[1] > 400_000_000L;
        });
        return last[0];
    }

    private static long read(RawClient from, long bytes) throws IOException {
        long read = 0;
        while (read < bytes) {
            read += from.exactly((int) Math.min(PART, bytes - read)).length();
        }
        return read;
    }

    private static long directBytes() {
        return PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
    }
}
