package dev.lurcher.broker.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedWorker;
import dev.lurcher.protocol.ExtendedReply.SendFile;
import dev.lurcher.protocol.RequestMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The extended reply sendfile: files of sendfile.base, in their place among the replies. */
class SendFileIT {
    private static final int LARGE = 5_000_000;

    @TempDir
    private Path folder;

    @BeforeEach
    void makeFiles() throws IOException {
        Path base = Files.createDirectories(folder.resolve("base"));
        Files.writeString(base.resolve("small"), "small");
        Files.writeString(base.resolve("empty"), "");
        Files.writeString(base.resolve("\u00fc"), "umlaut");
        Files.writeString(base.resolve("large"), "x".repeat(LARGE));
        Files.createSymbolicLink(base.resolve("inside"), base.resolve("small"));
        Files.writeString(folder.resolve("secret"), "secret");
        Files.createSymbolicLink(base.resolve("outside"), folder.resolve("secret"));
        Files.createDirectory(folder.resolve("base2"));
        Files.writeString(folder.resolve("base2/secret"), "secret");
    }

    @Test
    void sendsFilesInOrderWithReplies() throws Exception {
        try (BrokerHarness harness = sending();
                ScriptedWorker worker = harness.worker("hello");
                RawClient client = harness.client()) {
            long id = begin(client, worker, 1 + LARGE + 1 + 5 + 6 + 1);
            worker.send(id, "<");
            worker.ask(id, new SendFile("large"));
            worker.send(id, "|");
            worker.ask(id, new SendFile(folder + "/base/inside"));
            worker.ask(id, new SendFile("empty"));
            worker.ask(id, new SendFile("\u00c3\u00bc"));
            worker.send(id, ">");
            String content = client.answer().split("\r\n\r\n", 2)[1];
            assertTrue(content.equals("<" + "x".repeat(LARGE) + "|smallumlaut>"), content.length() + " octets");
            // The connection lives on.
            client.get("/");
            worker.answer(worker.take(), "next");
            assertTrue(client.answer().endsWith("next"));
        }
    }

    @Test
    void aFileMayEndTheAnswerOrTheConnection() throws Exception {
        try (BrokerHarness harness = sending();
                ScriptedWorker worker = harness.worker("hello")) {
            try (RawClient client = harness.client()) {
                long id = begin(client, worker, 5);
                worker.ask(id, new SendFile("small"));
                assertTrue(client.answer().endsWith("\r\n\r\nsmall"));
                client.get("/");
                worker.answer(worker.take(), "next");
                assertTrue(client.answer().endsWith("next"));
            }
            try (RawClient client = harness.client()) {
                client.get("/");
                long id = worker.takeRequest().connectionId();
                worker.send(id, "HTTP/1.1 200 OK\r\n\r\n");
                worker.ask(id, new SendFile("large"));
                worker.askToClose(id);
                String answer = client.untilEnd();
                assertEquals(LARGE, answer.length() - answer.indexOf("\r\n\r\n") - 4);
            }
        }
    }

    @Test
    void whatAFileHasBeyondTheAnswerDoesNotReachTheClient() throws Exception {
        try (BrokerHarness harness = sending();
                ScriptedWorker worker = harness.worker("hello");
                RawClient client = harness.client()) {
            long id = begin(client, worker, 3);
            worker.ask(id, new SendFile("small"));
            assertTrue(client.untilEnd().endsWith("\r\n\r\nsma"));
            assertEquals(1, harness.broker().counters().get(Counter.OVERRUN));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "missing",
                "outside",
                "../secret",
                "../base2/secret",
                "../base/../secret",
                "",
                ".",
                "/etc/passwd",
                "small/x",
                "small\0",
                "\u00ff"
            })
    void whatIsNotBelowTheFolderClosesTheConnection(String path) throws Exception {
        try (BrokerHarness harness = sending();
                ScriptedWorker worker = harness.worker("hello");
                RawClient client = harness.client()) {
            long id = begin(client, worker, 6);
            worker.ask(id, new SendFile(path));
            assertTrue(client.untilEnd().endsWith("\r\n\r\n"), path);
            assertTrue(worker.hearsNothing(50));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"})
    void aFileHasNoPlaceOutsideOfPlainContent(String before) throws Exception {
        try (BrokerHarness harness = sending();
                ScriptedWorker worker = harness.worker("hello");
                RawClient client = harness.client()) {
            client.get("/");
            long id = worker.takeRequest().connectionId();
            if (!before.isEmpty()) {
                worker.send(id, before);
            }
            worker.ask(id, new SendFile("small"));
            assertEquals(before, client.untilEnd());
        }
    }

    @Test
    void noneIsSentUnlessThereIsAFolderForIt() throws Exception {
        try (BrokerHarness harness = BrokerHarness.simple();
                ScriptedWorker worker = harness.worker("hello");
                RawClient client = harness.client()) {
            long id = begin(client, worker, 5);
            worker.ask(id, new SendFile(folder + "/base/small"));
            assertFalse(client.untilEnd().contains("small"));
        }
    }

    @Test
    void aClientThatLeavesInAFileLeavesNothingBehind() throws Exception {
        try (BrokerHarness harness = sending();
                ScriptedWorker worker = harness.worker("hello");
                RawClient client = harness.client()) {
            long id = begin(client, worker, LARGE + 5);
            worker.ask(id, new SendFile("large"));
            worker.send(id, "never");
            client.exactly(10);
            client.reset();
            RequestMessage gone = worker.take();
            assertTrue(gone.isDisconnect());
        }
    }

    private static long begin(RawClient client, ScriptedWorker worker, int length) throws IOException {
        client.get("/");
        long id = worker.takeRequest().connectionId();
        worker.send(id, "HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n");
        return id;
    }

    private BrokerHarness sending() {
        return BrokerHarness.builder()
                .with(Setting.SENDFILE_BASE, folder + "/base")
                .handler("/", "hello")
                .start();
    }
}
