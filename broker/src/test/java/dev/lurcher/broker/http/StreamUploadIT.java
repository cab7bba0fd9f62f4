package dev.lurcher.broker.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.ManagedWorker;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedWorker;
import dev.lurcher.protocol.HeaderFormat;
import dev.lurcher.protocol.RequestMessage;
import dev.lurcher.protocol.UploadPart;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Content over limits.content_length part by part: upload.stream. */
class StreamUploadIT {
    private final byte[] content = bytes(50_000);

    @ParameterizedTest
    @EnumSource
    void sendsAsMuchAsTheWorkerGrants(HeaderFormat format) throws Exception {
        try (BrokerHarness harness =
                        streaming().format(format).handler("/", "hello").start();
                ScriptedWorker worker = harness.worker("hello");
                RawClient client = harness.client()) {
            client.send(head("POST", "Content-Length: " + content.length)).send(Arrays.copyOf(content, 100));
            RequestMessage first = worker.take();
            assertEquals("0", first.variable("UPLOAD_STREAM"));
            assertEquals("POST", first.variable("METHOD"));
            assertEquals("50000", first.fields().first("content-length"));
            int had = first.content().length;
            assertArrayEquals(Arrays.copyOf(content, had), first.content());
            client.send(Arrays.copyOfRange(content, 100, content.length));
            assertTrue(worker.hearsNothing(100), "nothing was granted");
            worker.grant(first.connectionId(), 700);
            had += expect(worker, had, 700, false);
            worker.grant(first.connectionId(), 1_000_000);
            while (content.length - had > 1000) {
                had += expect(worker, had, 1000, false);
            }
            expect(worker, had, content.length - had, true);
            worker.answer(first, "taken");
            assertTrue(client.answer().endsWith("taken"));
            client.get("/");
            worker.answer(worker.take(), "next");
            assertTrue(client.answer().endsWith("next"));
        }
    }

    private int expect(ScriptedWorker worker, int offset, int length, boolean last) throws IOException {
        RequestMessage part = worker.take();
        assertEquals(new UploadPart("/", offset, last), part.part());
        assertEquals(last ? 2 : 1, part.variables().size());
        assertEquals(0, part.fields().size());
        assertArrayEquals(Arrays.copyOfRange(content, offset, offset + length), part.content());
        return length;
    }

    @Test
    void beginsWithWhatWasCollectedOfChunkedContent() throws Exception {
        try (BrokerHarness harness = streaming().handler("/", "hello").start();
                ScriptedWorker worker = harness.worker("hello");
                RawClient client = harness.client()) {
            client.send(head("POST", "Transfer-Encoding: chunked")).send("3\r\nabc\r\n0\r\n\r\n");
            RequestMessage small = worker.take();
            assertEquals("abc", new String(small.content(), ISO_8859_1));
            assertNull(small.variable("UPLOAD_STREAM"));
            worker.answer(small, "small");
            assertTrue(client.answer().endsWith("small"));

            client.send(head("POST", "Transfer-Encoding: chunked"));
            client.send("258\r\n" + "a".repeat(600) + "\r\n258\r\n" + "b".repeat(600) + "\r\n");
            String all = "a".repeat(600) + "b".repeat(600);
            RequestMessage first = worker.take();
            // How much of the second chunk is in it is for the network to say.
            int had = first.content().length;
            assertTrue(had >= 600 && had <= 1000, () -> "the first part has " + first.content().length);
            assertEquals(all.substring(0, had), new String(first.content(), ISO_8859_1));
            worker.grant(first.connectionId(), 1200);
            while (had < 1200) {
                RequestMessage part = worker.take();
                assertEquals(new UploadPart("/", had, false), part.part());
                assertEquals(all.substring(had, had + part.content().length), new String(part.content(), ISO_8859_1));
                had += part.content().length;
            }
            client.send("0\r\n\r\n");
            RequestMessage last = worker.take();
            assertEquals(new UploadPart("/", 1200, true), last.part());
            assertEquals(0, last.content().length);
            worker.answer(first, "large");
            assertTrue(client.answer().endsWith("large"));
        }
    }

    @Test
    void givesAllPartsToTheWorkerThatHasTheRequest() throws Exception {
        try (BrokerHarness harness = streaming().handler("/", "hello").start();
                ManagedWorker one = harness.managedWorker("hello");
                ManagedWorker other = harness.managedWorker("hello");
                RawClient client = harness.client()) {
            one.hello("one", 10);
            other.hello("other", 10);
            client.send(head("POST", "Content-Length: " + content.length)).send(content);
            RequestMessage first = one.take(200);
            ManagedWorker mine = first == null ? other : one;
            ManagedWorker theirs = first == null ? one : other;
            if (first == null) {
                first = other.take();
            }
            mine.grant(first.connectionId(), content.length);
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes(first.content());
            RequestMessage part = mine.take();
            while (true) {
                all.writeBytes(part.content());
                UploadPart what = part.part();
                assertNotNull(what);
                if (what.last()) {
                    break;
                }
                part = mine.take();
            }
            assertArrayEquals(content, all.toByteArray());
            assertTrue(theirs.hearsNothing(50));
            mine.answer(first, "taken");
            assertTrue(client.answer().endsWith("taken"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void holdsAClientWhoseWorkerGrantsNothing(boolean chunked) throws Exception {
        int length = 40 << 20;
        try (BrokerHarness harness = streaming().handler("/", "hello").start();
                ScriptedWorker worker = harness.worker("hello");
                RawClient client = harness.client()) {
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> send(client, length, chunked));
            RequestMessage first = worker.take();
            assertTrue(worker.hearsNothing(300));
            assertFalse(sending.isDone(), "40 MiB went somewhere");
            long had = first.content().length;
            worker.grant(first.connectionId(), Long.MAX_VALUE);
            UploadPart what = null;
            while (what == null || !what.last()) {
                RequestMessage part = worker.take();
                what = part.part();
                assertNotNull(what);
                assertEquals(had, what.offset());
                had += part.content().length;
            }
            assertEquals(length, had);
            sending.join();
            worker.answer(first, "taken");
            assertTrue(client.answer().endsWith("taken"));
        }
    }

    private static void send(RawClient client, int length, boolean chunked) {
        try {
            client.send(head("POST", chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + length));
            byte[] block = new byte[1 << 20];
            for (int sent = 0; sent < length; sent += block.length) {
                if (chunked) {
                    client.send("100000\r\n");
                }
                client.send(block);
                if (chunked) {
                    client.send("\r\n");
                }
            }
            if (chunked) {
                client.send("0\r\n\r\n");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void tellsTheWorkerThatTheClientHasLeft() throws Exception {
        try (BrokerHarness harness = streaming().handler("/", "hello").start();
                ScriptedWorker worker = harness.worker("hello");
                RawClient client = harness.client()) {
            client.send(head("POST", "Content-Length: " + content.length)).send(Arrays.copyOf(content, 20_000));
            RequestMessage first = worker.take();
            client.reset();
            RequestMessage gone = worker.take();
            assertTrue(gone.isDisconnect());
            assertEquals(first.connectionId(), gone.connectionId());
        }
    }

    @Test
    void timesOutAWorkerThatGrantsNothingAndNoneThatWaitsForTheClient() throws Exception {
        try (BrokerHarness harness = streaming()
                        .limits(Duration.ofMillis(300), Duration.ofSeconds(10), 10, 10)
                        .handler("/", "hello")
                        .start();
                ScriptedWorker worker = harness.worker("hello");
                RawClient client = harness.client()) {
            client.send(head("POST", "Content-Length: " + content.length)).send(Arrays.copyOf(content, 1000));
            RequestMessage first = worker.take();
            worker.grant(first.connectionId(), 5000);
            assertTrue(worker.hearsNothing(700), "it was the client's turn");
            client.send(Arrays.copyOfRange(content, 1000, 20_000));
            for (int had = 0; had < 5000; ) {
                RequestMessage part = worker.take();
                assertNotNull(part.part());
                had += part.content().length;
            }
            assertTrue(client.answer().startsWith("HTTP/1.1 504 "));
            assertTrue(worker.take().isDisconnect());
        }
    }

    @Test
    void cutsAClientThatStallsAndNoneThatIsHeld() throws Exception {
        try (BrokerHarness harness = streaming()
                        .with(Setting.CONTENT_IDLE, "200ms")
                        .handler("/", "hello")
                        .start();
                ScriptedWorker worker = harness.worker("hello")) {
            try (RawClient held = harness.client()) {
                CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> send(held, 20 << 20, false));
                RequestMessage first = worker.take();
                assertTrue(worker.hearsNothing(900), "it was not read, and is blamed for that");
                worker.answer(first, "enough");
                assertTrue(held.answer().endsWith("enough"));
                sending.exceptionally(e -> null).join();
                assertTrue(worker.take().isDisconnect());
            }
            try (RawClient stalled = harness.client()) {
                stalled.send(head("POST", "Content-Length: 5000")).send("some");
                worker.grant(worker.take().connectionId(), 10_000);
                assertTrue(stalled.answer().startsWith("HTTP/1.1 408 "));
                assertTrue(worker.take().isDisconnect());
            }
        }
    }

    @Test
    void repeatsWhatNoPartHasFollowed() throws Exception {
        try (BrokerHarness harness = streaming().handler("/", "hello").start();
                RawClient client = harness.client()) {
            ScriptedWorker lost = harness.worker("hello");
            client.send(head("PUT", "Content-Length: 1500")).send(Arrays.copyOf(content, 1500));
            byte[] first = lost.take().content();
            lost.close();
            try (ScriptedWorker other = harness.worker("hello")) {
                RequestMessage again = other.take();
                assertArrayEquals(first, again.content());
                other.grant(again.connectionId(), 2000);
                UploadPart rest = other.take().part();
                assertEquals(new UploadPart("/", first.length, true), rest);
                other.answer(again, "taken");
                assertTrue(client.answer().endsWith("taken"));
            }
        }
    }

    @Test
    void aWorkerLostAmongThePartsEndsTheUpload() throws Exception {
        try (BrokerHarness harness = streaming().handler("/", "hello").start();
                RawClient client = harness.client();
                ScriptedWorker other = harness.worker("hello")) {
            client.send(head("PUT", "Content-Length: " + content.length)).send(Arrays.copyOf(content, 20_000));
            RequestMessage first = other.take();
            other.grant(first.connectionId(), 100);
            assertNotNull(other.take().part());
            other.close();
            assertTrue(client.untilEnd().startsWith("HTTP/1.1 502 "));
        }
    }

    private static BrokerHarness.Builder streaming() {
        return BrokerHarness.builder().with(Setting.CONTENT_LENGTH, "1000").with(Setting.UPLOAD_STREAM, "1");
    }

    private static String head(String method, String fields) {
        return method + " / HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n\r\n";
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(42).nextBytes(bytes);
        return bytes;
    }
}
