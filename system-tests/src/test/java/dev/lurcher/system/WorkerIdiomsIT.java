package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.lurcher.broker.testing.RawClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * What libraries for Mongrel2's workers send, and how they set up their sockets, with the bytes that clients get for it; see
 * idioms.py and docs/compatibility.md.
 */
class WorkerIdiomsIT {
    private static final String OK = "HTTP/1.1 200 OK\r\n";

    @TempDir
    private Path directory;

    private @Nullable BrokerProcess broker;
    private @Nullable Running worker;

    @TestFactory
    Stream<DynamicTest> takesAnswersAsLibrariesBuildThem() throws Exception {
        OneHandler site = OneHandler.in(directory);
        BrokerProcess started = site.start();
        broker = started;
        worker = startWorker();
        InetSocketAddress server = started.address();
        return Stream.of(
                keeps(server, "whole", OK + "Content-Length: 6\r\n\r\nwhole\n"),
                keeps(
                        server,
                        "pieces",
                        "HTTP/1.1 200 OK \r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
                                + "3\r\none\r\n4\r\nmore\r\n0\r\n\r\n"),
                keeps(server, "odd", "HTTP/1.1 404 Not Found Here\r\ncontent-length: 3\r\nx-empty: \r\n\r\nodd"),
                ends(server, "close", OK + "Date: Fri, 07 Jan 2011 01:15:42 GMT\r\nConnection: close\r\n\r\nCLOSE"),
                ends(server, "tail", "HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\ntail"),
                ends(server, "done", OK + "Content-Length: 4\r\n\r\ndone"),
                dynamicTest("several", () -> answersSeveral(server)));
    }

    /** The answer arrives as it was sent, and the connection takes another request. */
    private static DynamicTest keeps(InetSocketAddress server, String idiom, String answer) {
        return dynamicTest(idiom, () -> {
            try (RawClient client = new RawClient(server)) {
                for (int round = 0; round < 2; round++) {
                    assertEquals(answer, client.get("/" + idiom).exactly(answer.length()));
                }
            }
        });
    }

    /** The answer arrives, and the connection ends with it. */
    private static DynamicTest ends(InetSocketAddress server, String idiom, String answer) {
        return dynamicTest(idiom, () -> {
            try (RawClient client = new RawClient(server)) {
                assertEquals(answer, client.get("/" + idiom).untilEnd());
            }
        });
    }

    private static void answersSeveral(InetSocketAddress server) throws IOException {
        String answer = OK + "Content-Length: 8\r\n\r\nseveral\n";
        try (RawClient one = new RawClient(server);
                RawClient other = new RawClient(server)) {
            one.get("/several");
            other.get("/several");
            assertEquals(answer, one.untilEnd());
            assertEquals(answer, other.untilEnd());
        }
    }

    private Running startWorker() throws IOException, InterruptedException {
        Path script = directory.resolve("idioms.py");
        try (InputStream source = WorkerIdiomsIT.class.getResourceAsStream("/idioms.py")) {
            Files.write(script, source.readAllBytes());
        }
        String python = System.getProperty("test.python", "/usr/bin/python3");
        String base = "ipc://" + directory;
        Running process = Running.start(
                "worker",
                directory,
                Map.of(),
                List.of(python, script.toString(), base + "/requests", base + "/replies"));
        assertEquals(
                "ready",
                process.output().next(),
                () -> "stderr: " + process.errors().all());
        return process;
    }

    @AfterEach
    void stop() throws Exception {
        if (worker != null) {
            worker.close();
        }
        if (broker != null) {
            broker.close();
        }
    }
}
