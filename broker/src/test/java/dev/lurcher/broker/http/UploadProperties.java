package dev.lurcher.broker.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedWorker;
import dev.lurcher.protocol.RequestMessage;
import dev.lurcher.protocol.UploadPart;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** However content is split, on its way here and by what the worker grants, it arrives as it was. */
class UploadProperties {
    private static final int LIMIT = 1000;
    private static final Random RANDOM = new Random(7);

    private static Path folder = Path.of("");
    private static List<AutoCloseable> open = List.of();

    @BeforeContainer
    static void start() throws IOException {
        folder = Files.createTempDirectory("uploads");
        BrokerHarness byFile = BrokerHarness.builder()
                .with(Setting.CONTENT_LENGTH, "" + LIMIT)
                // Clients and their worker seldom share one.
                .with(Setting.EVENT_LOOPS, "3")
                .with(Setting.UPLOAD_TEMP_STORE, folder + "/up.XXXXXX")
                .handler("/", "hello")
                .start();
        BrokerHarness byStream = BrokerHarness.builder()
                .with(Setting.CONTENT_LENGTH, "" + LIMIT)
                // Clients and their worker seldom share one.
                .with(Setting.EVENT_LOOPS, "3")
                .with(Setting.UPLOAD_STREAM, "1")
                .handler("/", "hello")
                .start();
        open = List.of(byFile.worker("hello"), byStream.worker("hello"), byFile, byStream);
    }

    @AfterContainer
    static void stop() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        try (var files = Files.list(folder)) {
            assertEquals(List.of(), files.toList());
        }
        Files.delete(folder);
    }

    @Property(tries = 60)
    void theFileHoldsWhatWasSent(
            @ForAll @IntRange(max = 200_000) int length,
            @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 1, max = 70_000) Integer> pieces,
            @ForAll boolean chunked)
            throws Exception {
        byte[] content = content(length);
        ScriptedWorker worker = (ScriptedWorker) open.get(0);
        try (RawClient client = ((BrokerHarness) open.get(2)).client()) {
            send(client, content, pieces, chunked);
            RequestMessage message = worker.takeRequest();
            byte[] arrived = message.content();
            if (message.fields().contains("x-mongrel2-upload-start")) {
                assertTrue(length > LIMIT);
                message = worker.takeRequest();
                Path file = Path.of(String.valueOf(message.fields().first("x-mongrel2-upload-done")));
                arrived = Files.readAllBytes(file);
                Files.delete(file);
            }
            assertArrayEquals(content, arrived);
            worker.answer(message, "taken");
            assertTrue(client.answer().endsWith("taken"));
        }
    }

    @Property(tries = 60)
    void thePartsHoldWhatWasSent(
            @ForAll @IntRange(max = 50_000) int length,
            @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 1, max = 20_000) Integer> pieces,
            @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 500, max = 20_000) Integer> grants,
            @ForAll boolean chunked)
            throws Exception {
        byte[] content = content(length);
        ScriptedWorker worker = (ScriptedWorker) open.get(1);
        try (RawClient client = ((BrokerHarness) open.get(3)).client()) {
            send(client, content, pieces, chunked);
            RequestMessage request = worker.takeRequest();
            ByteArrayOutputStream arrived = new ByteArrayOutputStream();
            arrived.writeBytes(request.content());
            if (request.variable("UPLOAD_STREAM") != null) {
                takeParts(worker, request.connectionId(), grants, arrived);
            }
            assertArrayEquals(content, arrived.toByteArray());
            worker.answer(request, "taken");
            assertTrue(client.answer().endsWith("taken"));
        }
    }

    private static void takeParts(ScriptedWorker worker, long id, List<Integer> grants, ByteArrayOutputStream arrived)
            throws IOException {
        boolean ended = false;
        long granted = 0;
        long had = 0;
        for (int i = 0; !ended; i++) {
            int grant = grants.get(i % grants.size());
            worker.grant(id, grant);
            granted += grant;
            while (!ended && had < granted) {
                RequestMessage message = worker.takeRequest();
                UploadPart part = message.part();
                assertNotNull(part);
                assertEquals(arrived.size(), part.offset());
                arrived.writeBytes(message.content());
                had += message.content().length;
                ended = part.last();
            }
            assertTrue(had <= granted, () -> "more than was granted");
        }
    }

    /** Sends a request in pieces of these sizes, again and again; the chunks are the pieces. */
    private static void send(RawClient client, byte[] content, List<Integer> pieces, boolean chunked)
            throws IOException {
        client.send("POST / HTTP/1.1\r\nHost: localhost\r\n"
                + (chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + content.length) + "\r\n\r\n");
        int from = 0;
        for (int i = 0; from < content.length; i++) {
            int to = Math.min(content.length, from + pieces.get(i % pieces.size()));
            // Ends of small pieces are not worth a thousand packets.
            to = Math.min(content.length, Math.max(to, from + content.length / 50));
            byte[] piece = Arrays.copyOfRange(content, from, to);
            if (chunked) {
                client.send(Integer.toHexString(piece.length) + "\r\n")
                        .send(piece)
                        .send("\r\n");
            } else {
                client.send(piece);
            }
            from = to;
        }
        if (chunked) {
            client.send("0\r\n\r\n");
        }
    }

    private static byte[] content(int length) {
        byte[] content = new byte[length];
        RANDOM.nextBytes(content);
        return content;
    }
}
