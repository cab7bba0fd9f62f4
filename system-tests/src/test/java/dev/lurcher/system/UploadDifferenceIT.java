package dev.lurcher.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.lurcher.broker.testing.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Uploads reach workers as they do from Mongrel2, by file and by stream, but for what is listed. */
class UploadDifferenceIT {
    private static final int LIMIT = 20480;
    private static final String BY_FILE =
            "\"limits.content_length\": 20480, \"upload.temp_store\": \"DIRECTORY/up.XXXXXX\", \"upload.temp_store_mode\": \"0640\",";
    private static final String BY_STREAM = "\"limits.content_length\": 20480, \"upload.stream\": 1,";

    @TempDir
    private Path directory;

    private @Nullable FrontPair pair;

    @TestFactory
    Stream<DynamicTest> keepsFilesAsMongrel2DoesInJson() throws Exception {
        return byFile("json");
    }

    @TestFactory
    Stream<DynamicTest> keepsFilesAsMongrel2DoesInTNetStrings() throws Exception {
        return byFile("tnetstring");
    }

    @TestFactory
    Stream<DynamicTest> streamsAsMongrel2DoesInJson() throws Exception {
        return byStream("json");
    }

    @TestFactory
    Stream<DynamicTest> streamsAsMongrel2DoesInTNetStrings() throws Exception {
        return byStream("tnetstring");
    }

    private Stream<DynamicTest> byFile(String form) throws Exception {
        FrontPair started = start(form, BY_FILE);
        return Stream.of(
                dynamicTest("content of the most that goes in one message", () -> {
                    byte[] content = content(LIMIT);
                    assertEquals(
                            messages(started.mongrel2(), sized(content)), messages(started.lurcher(), sized(content)));
                }),
                dynamicTest("content of one octet more", () -> {
                    byte[] content = content(LIMIT + 1);
                    assertEquals(
                            kept(started.mongrel2(), sized(content), content),
                            kept(started.lurcher(), sized(content), content));
                }),
                dynamicTest("a megabyte", () -> {
                    byte[] content = content(1_000_000);
                    assertEquals(
                            kept(started.mongrel2(), sized(content), content),
                            kept(started.lurcher(), sized(content), content));
                }),
                dynamicTest("chunked content of more than goes in one message", () -> {
                    byte[] content = content(LIMIT + 7000);
                    assertEquals(
                            kept(started.mongrel2(), chunked(content), content),
                            kept(started.lurcher(), chunked(content), content));
                }),
                // Deliberate: chunked content always becomes a file upload.
                dynamicTest("a little chunked content is kept in a file | goes in one message", () -> {
                    byte[] content = content(100);
                    kept(started.mongrel2(), chunked(content), content);
                    List<WorkerMessage> arrived = messages(started.lurcher(), chunked(content));
                    assertEquals(1, arrived.size());
                    assertEquals(new String(content, ISO_8859_1), arrived.get(0).content());
                }));
    }

    private Stream<DynamicTest> byStream(String form) throws Exception {
        FrontPair started = start(form, BY_STREAM);
        return Stream.of(
                dynamicTest("content of the most that goes in one message", () -> {
                    byte[] content = content(LIMIT);
                    assertEquals(
                            messages(started.mongrel2(), sized(content)), messages(started.lurcher(), sized(content)));
                }),
                dynamicTest("content of more, with its length announced", () -> {
                    byte[] content = content(50_000);
                    assertEquals(
                            joined(started.mongrel2(), sized(content), content),
                            joined(started.lurcher(), sized(content), content));
                }),
                dynamicTest("content of more, chunked", () -> {
                    byte[] content = content(50_000);
                    assertEquals(
                            joined(started.mongrel2(), chunked(content), content),
                            joined(started.lurcher(), chunked(content), content));
                }));
    }

    private FrontPair start(String form, String settings) throws Exception {
        FrontPair started = FrontPair.start(directory, form, settings);
        pair = started;
        return started;
    }

    /** The messages of an upload by file, with the letters that differ from file to file struck out; looks after the file. */
    private static List<WorkerMessage> kept(Front front, byte[] request, byte[] content) throws Exception {
        List<WorkerMessage> arrived = messages(front, request);
        assertEquals(2, arrived.size(), () -> "" + arrived);
        String name = Objects.requireNonNull(arrived.get(1).headers().get("x-mongrel2-upload-done"))
                .get(0);
        Path file = Path.of(name);
        assertTrue(Arrays.equals(content, Files.readAllBytes(file)), "what is in " + name);
        assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        List<WorkerMessage> alike = new ArrayList<>();
        for (WorkerMessage message : arrived) {
            alike.add(with(message, file.getFileName().toString(), String.valueOf(file.getParent())));
        }
        return alike;
    }

    /** The same message as if its file were another. */
    private static WorkerMessage with(WorkerMessage message, String name, String folder) {
        Map<String, List<String>> headers = new TreeMap<>();
        message.headers()
                .forEach((key, values) -> headers.put(
                        key,
                        values.stream()
                                .map(value -> value.replace(name, "up.XXXXXX").replace(folder, "FOLDER"))
                                .toList()));
        return new WorkerMessage(message.sender(), "ID", message.path(), message.form(), headers, message.content());
    }

    /** The messages of an upload by stream, as if all parts came at once after an empty first one; looks after the parts. */
    private static List<WorkerMessage> joined(Front front, byte[] request, byte[] content) throws Exception {
        List<WorkerMessage> arrived = messages(front, request);
        WorkerMessage first = arrived.get(0);
        StringBuilder all = new StringBuilder(first.content());
        for (WorkerMessage part : arrived.subList(1, arrived.size())) {
            boolean last = part.equals(arrived.get(arrived.size() - 1));
            Map<String, List<String>> expected = new TreeMap<>();
            expected.put("UPLOAD_STREAM", List.of("" + all.length()));
            if (last) {
                expected.put("UPLOAD_STREAM_DONE", List.of("1"));
            }
            assertEquals(expected, new TreeMap<>(part.headers()));
            assertEquals(first.path(), part.path());
            all.append(part.content());
        }
        assertEquals(new String(content, ISO_8859_1), all.toString());
        return List.of(new WorkerMessage(
                first.sender(), "ID", first.path(), first.form(), new TreeMap<>(first.headers()), ""));
    }

    /** What the worker receives of a request, to its end. */
    private static List<WorkerMessage> messages(Front front, byte[] request) throws IOException, InterruptedException {
        List<WorkerMessage> arrived = new ArrayList<>();
        try (RawClient client = front.client()) {
            String answer = client.send(request).answer();
            assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
            client.get("/mark").answer();
        }
        for (WorkerMessage each = front.nextRequest(); !each.path().equals("/mark"); each = front.nextRequest()) {
            arrived.add(new WorkerMessage(
                    each.sender(), "ID", each.path(), each.form(), new TreeMap<>(each.headers()), each.content()));
        }
        return arrived;
    }

    private static byte[] sized(byte[] content) {
        return joined(
                ("POST /up HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + content.length + "\r\n\r\n")
                        .getBytes(ISO_8859_1),
                content);
    }

    private static byte[] chunked(byte[] content) {
        byte[] all = "POST /up HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(ISO_8859_1);
        for (int from = 0; from < content.length; from += 4000) {
            int to = Math.min(content.length, from + 4000);
            byte[] line = (Integer.toHexString(to - from) + "\r\n").getBytes(ISO_8859_1);
            all = joined(joined(all, line), joined(Arrays.copyOfRange(content, from, to), new byte[] {'\r', '\n'}));
        }
        return joined(all, "0\r\n\r\n".getBytes(ISO_8859_1));
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    private static byte[] content(int length) {
        byte[] content = new byte[length];
        new Random(length).nextBytes(content);
        return content;
    }

    @AfterEach
    void stop() throws Exception {
        if (pair != null) {
            pair.close();
        }
    }
}
