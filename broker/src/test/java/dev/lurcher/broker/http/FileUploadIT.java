package dev.lurcher.broker.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.testing.Await;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.ManagedWorker;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedWorker;
import dev.lurcher.protocol.ExtendedReply;
import dev.lurcher.protocol.HeaderFormat;
import dev.lurcher.protocol.RequestMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Content over limits.content_length in a file: upload.temp_store. */
class FileUploadIT {
    private static final String START = "x-mongrel2-upload-start";
    private static final String DONE = "x-mongrel2-upload-done";

    private final byte[] content = bytes(300_000);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void tellsTheWorkerWhenTheFileIsThereAndWhenItIsWhole(HeaderFormat format) throws Exception {
        try (BrokerHarness harness =
                        keeping().format(format).handler("/", "hello").start();
                ScriptedWorker worker = harness.worker("hello");
                RawClient client = harness.client()) {
            client.send(head("POST", "Content-Length: " + content.length + "\r\nX-Mongrel2-Upload-Done: /etc/passwd"))
                    .send(first());
            RequestMessage start = worker.take();
            String path = start.fields().first(START);
            assertNotNull(path);
            assertTrue(path.matches(folder + "/up\\.[A-Za-z0-9]{6}"), path);
            assertNull(start.fields().first(DONE));
            assertEquals("POST", start.variable("METHOD"));
            assertEquals("" + content.length, start.fields().first("content-length"));
            assertEquals(0, start.content().length);
            assertTrue(worker.hearsNothing(100));
            client.send(rest());
            RequestMessage done = worker.take();
            assertEquals(start.connectionId(), done.connectionId());
            assertEquals(path, done.fields().first(START));
            assertEquals(path, done.fields().first(DONE));
            assertEquals("POST", done.variable("METHOD"));
            assertArrayEquals(content, Files.readAllBytes(Path.of(path)));
            assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(path))));
            worker.answer(done, "kept");
            assertTrue(client.answer().endsWith("\r\n\r\nkept"));
            assertTrue(Files.exists(Path.of(path)), "a whole file is the worker's");
            client.get("/");
            worker.answer(worker.take(), "next");
            assertTrue(client.answer().endsWith("\r\n\r\nnext"));
        }
    }

    @Test
    void managedWorkersGetThemToo() throws Exception {
        try (BrokerHarness harness = keeping().handler("/", "hello").start();
                ManagedWorker worker = harness.managedWorker("hello");
                RawClient client = harness.client()) {
            worker.hello("one", 10);
            client.send(head("PUT", "Content-Length: " + content.length)).send(content);
            RequestMessage start = worker.take();
            RequestMessage done = worker.take();
            String path = start.fields().first(START);
            assertNotNull(path);
            assertEquals(path, done.fields().first(DONE));
            assertArrayEquals(content, Files.readAllBytes(Path.of(path)));
            worker.answer(done, "kept");
            assertTrue(client.answer().endsWith("kept"));
        }
    }

    @Test
    void keepsChunkedContentFromWhereItIsTooLargeForOneMessage() throws Exception {
        try (BrokerHarness harness = keeping().handler("/", "hello").start();
                ScriptedWorker worker = harness.worker("hello");
                RawClient client = harness.client()) {
            client.send(head("POST", "Transfer-Encoding: chunked")).send("3\r\nabc\r\n0\r\n\r\n");
            RequestMessage small = worker.take();
            assertEquals("abc", new String(small.content(), ISO_8859_1));
            assertNull(small.fields().first(START));
            worker.answer(small, "small");
            assertTrue(client.answer().endsWith("small"));

            client.send(head("POST", "Transfer-Encoding: chunked"));
            for (int from = 0; from < content.length; from += 700) {
                int length = Math.min(700, content.length - from);
                client.send(Integer.toHexString(length) + "\r\n");
                client.send(Arrays.copyOfRange(content, from, from + length)).send("\r\n");
            }
            client.send("0\r\n\r\n");
            worker.take();
            RequestMessage done = worker.take();
            assertArrayEquals(
                    content,
                    Files.readAllBytes(Path.of(String.valueOf(done.fields().first(DONE)))));
            worker.answer(done, "large");
            assertTrue(client.answer().endsWith("large"));
        }
    }

    @Test
    void asksForTheContentOnceThereIsAFileForIt() throws Exception {
        try (BrokerHarness harness = keeping().handler("/", "hello").start();
                ScriptedWorker worker = harness.worker("hello");
                RawClient client = harness.client()) {
            client.send(head("POST", "Content-Length: " + content.length + "\r\nExpect: 100-continue"));
            assertEquals("HTTP/1.1 100 Continue\r\n\r\n", client.head());
            client.send(content);
            worker.take();
            worker.answer(worker.take(), "kept");
            assertTrue(client.answer().endsWith("kept"));
        }
    }

    @Test
    void deletesTheFileOfAClientThatLeavesAndTellsTheWorker() throws Exception {
        try (BrokerHarness harness = keeping().handler("/", "hello").start();
                ScriptedWorker worker = harness.worker("hello")) {
            try (RawClient client = harness.client()) {
                client.send(head("POST", "Content-Length: " + content.length)).send(first());
                RequestMessage start = worker.take();
                client.reset();
                RequestMessage gone = worker.take();
                assertTrue(gone.isDisconnect());
                assertEquals(start.connectionId(), gone.connectionId());
            }
            awaitNoFile();
        }
    }

    @Test
    void deletesTheFileWhenTheWorkerCancelsAndSaysNothingMore() throws Exception {
        try (BrokerHarness harness = keeping().handler("/", "hello").start();
                ScriptedWorker worker = harness.worker("hello");
                RawClient client = harness.client()) {
            client.send(head("POST", "Content-Length: " + content.length)).send(first());
            RequestMessage start = worker.take();
            worker.ask(start.connectionId(), new ExtendedReply.Control(false, 0, true));
            client.untilEnd();
            awaitNoFile();
            assertTrue(worker.hearsNothing(100));
        }
    }

    @Test
    void refusesMoreThanUploadsMayTakeTogether() throws Exception {
        try (BrokerHarness harness = keeping()
                        .with(Setting.UPLOAD_TOTAL_BYTES, "500000")
                        .handler("/", "hello")
                        .start();
                ScriptedWorker worker = harness.worker("hello");
                RawClient first = harness.client()) {
            first.send(head("POST", "Content-Length: " + content.length)).send(content);
            worker.take();
            RequestMessage done = worker.take();
            worker.answer(done, "kept");
            assertTrue(first.answer().endsWith("kept"));
            try (RawClient second = harness.client()) {
                second.send(head("POST", "Content-Length: " + content.length));
                String answer = second.untilEnd();
                assertTrue(answer.startsWith("HTTP/1.1 507 Insufficient Storage\r\n"), answer);
                assertTrue(answer.contains("X-Lurcher-Reason: insufficient_storage\r\n"), answer);
            }
            try (RawClient third = harness.client()) {
                third.send(head("POST", "Transfer-Encoding: chunked"))
                        .send("493e0\r\n")
                        .send(content);
                assertTrue(third.untilEnd().startsWith("HTTP/1.1 507 "));
                assertNotNull(worker.take().fields().first(START));
                assertTrue(worker.take().isDisconnect());
            }
            // What a worker takes away makes room.
            Files.delete(Path.of(String.valueOf(done.fields().first(DONE))));
            try (RawClient fourth = harness.client()) {
                fourth.send(head("POST", "Content-Length: " + content.length)).send(content);
                worker.take();
                worker.answer(worker.take(), "again");
                assertTrue(fourth.answer().endsWith("again"));
            }
        }
    }

    @Test
    void refusesMoreThanOneUploadMayHave() throws Exception {
        try (BrokerHarness harness =
                        keeping().uploadLimit(10_000).handler("/", "hello").start();
                ScriptedWorker worker = harness.worker("hello")) {
            try (RawClient client = harness.client()) {
                client.send(head("POST", "Content-Length: 10001"));
                String answer = client.untilEnd();
                assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
                assertTrue(answer.contains("more content than 10000 bytes (limits.upload) ("), answer);
            }
            try (RawClient client = harness.client()) {
                client.send(head("POST", "Transfer-Encoding: chunked")).send("2000\r\n" + "a".repeat(0x2000) + "\r\n");
                assertNotNull(worker.take().fields().first(START));
                client.send("2000\r\n");
                assertTrue(client.untilEnd().startsWith("HTTP/1.1 413 "));
                assertTrue(worker.take().isDisconnect());
            }
            awaitNoFile();
        }
    }

    @Test
    void theWorkersTimeBeginsWhenTheContentIsThere() throws Exception {
        try (BrokerHarness harness = keeping()
                        .limits(Duration.ofMillis(300), Duration.ofSeconds(10), 10, 10)
                        .handler("/", "hello")
                        .start();
                ScriptedWorker worker = harness.worker("hello");
                RawClient client = harness.client()) {
            client.send(head("POST", "Content-Length: " + content.length)).send(first());
            worker.take();
            assertTrue(worker.hearsNothing(700), "timed out while the client was to act");
            client.send(rest());
            assertNotNull(worker.take().fields().first(DONE));
            String answer = client.answer();
            assertTrue(answer.startsWith("HTTP/1.1 504 "), answer);
        }
    }

    @Test
    void anotherWorkerGetsWhatALostOneWasToldOf() throws Exception {
        try (BrokerHarness harness = keeping().handler("/", "hello").start();
                RawClient client = harness.client()) {
            ScriptedWorker lost = harness.worker("hello");
            client.send(head("PUT", "Content-Length: " + content.length)).send(first());
            String path = lost.take().fields().first(START);
            lost.close();
            try (ScriptedWorker other = harness.worker("hello")) {
                assertEquals(path, other.take().fields().first(START));
                client.send(rest());
                RequestMessage done = other.take();
                assertEquals(path, done.fields().first(DONE));
                assertArrayEquals(content, Files.readAllBytes(Path.of(String.valueOf(path))));
                other.answer(done, "kept");
                assertTrue(client.answer().endsWith("kept"));
            }
        }
    }

    @Test
    void aLostWorkerEndsAnUploadThatMayNotBeRepeated() throws Exception {
        try (BrokerHarness harness = keeping().handler("/", "hello").start();
                RawClient client = harness.client()) {
            ScriptedWorker lost = harness.worker("hello");
            client.send(head("POST", "Content-Length: " + content.length)).send(first());
            lost.take();
            lost.close();
            assertTrue(client.untilEnd().startsWith("HTTP/1.1 502 "));
            awaitNoFile();
        }
    }

    @Test
    void anAnswerBeforeTheEndOfTheContentEndsTheUpload() throws Exception {
        try (BrokerHarness harness = keeping().handler("/", "hello").start();
                ScriptedWorker worker = harness.worker("hello");
                RawClient client = harness.client()) {
            client.send(head("POST", "Content-Length: " + content.length)).send(first());
            RequestMessage start = worker.take();
            worker.answer(start, "not wanted");
            assertTrue(client.answer().endsWith("not wanted"));
            RequestMessage gone = worker.take();
            assertTrue(gone.isDisconnect());
            assertEquals(start.connectionId(), gone.connectionId());
            awaitNoFile();
            client.send(rest());
            assertEquals("", client.untilEnd());
        }
    }

    @Test
    void withoutAWorkerTheFileGoesWithTheRequest() throws Exception {
        try (BrokerHarness harness = keeping()
                        .limits(Duration.ofSeconds(10), Duration.ofMillis(200), 10, 10)
                        .handler("/", "hello")
                        .start();
                RawClient client = harness.client()) {
            client.send(head("POST", "Content-Length: " + content.length)).send(content);
            assertTrue(client.answer().startsWith("HTTP/1.1 503 "));
            awaitNoFile();
            try (ScriptedWorker worker = harness.worker("hello")) {
                client.get("/");
                worker.answer(worker.take(), "next");
                assertTrue(client.answer().endsWith("next"));
            }
        }
    }

    private BrokerHarness.Builder keeping() {
        return BrokerHarness.builder()
                .with(Setting.CONTENT_LENGTH, "1000")
                .with(Setting.UPLOAD_TEMP_STORE, folder + "/up.XXXXXX")
                .with(Setting.UPLOAD_TEMP_STORE_MODE, "0640");
    }

    private void awaitNoFile() {
        Await.until("no file is left", () -> {
            try (Stream<Path> files = Files.list(folder)) {
                return files.noneMatch(file -> file.getFileName().toString().startsWith("up."));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private byte[] first() {
        return Arrays.copyOf(content, 100_000);
    }

    private byte[] rest() {
        return Arrays.copyOfRange(content, 100_000, content.length);
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
