package dev.lurcher.broker.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.DirectoryPolicy;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.testing.Await;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that does not answer in time. */
class FileWaitIT {
    private static final int CLIENTS = 24;

    @TempDir
    private Path root;

    @Test
    void refusesWhoHasWaitedTooLongAndServesTheRest() throws Exception {
        Folder folder = new Folder(Files.createDirectory(root.resolve("static")));
        byte[] large = folder.large("large.bin", 500_000);
        // To list it takes a while.
        for (int i = 0; i < 2000; i++) {
            Files.createFile(folder.path().resolve("file" + i));
        }
        DirectoryPolicy listing = new DirectoryPolicy(null, false, true, true);
        try (BrokerHarness broker = BrokerHarness.builder()
                .directory("/", folder.path(), listing)
                .with(Setting.DIRECTORY_THREADS, "1")
                .with(Setting.DIRECTORY_READ_TIME, "5ms")
                .start()) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(broker.client().get(i % 3 == 0 ? "/" : "/large.bin"));
            }
            for (RawClient client : clients) {
                try (client) {
                    String answer = client.answer();
                    assertTrue(
                            answer.matches("(?s)HTTP/1.1 (200|503) .*"),
                            answer.lines().findFirst()::orElseThrow);
                } catch (IOException cut) {
                    // It waited for a later part of its file.
                }
            }
            assertTrue(broker.broker().counters().get(Counter.FILE_UNAVAILABLE) > 0);
            Await.until("the disk has time again", () -> isWhole(broker, large));
            FileChangesIT.awaitNothingOpen("large.bin");
        }
    }

    private static boolean isWhole(BrokerHarness broker, byte[] content) {
        try (RawClient client = broker.client()) {
            return client.get("/large.bin").answer().endsWith("\r\n\r\n" + new String(content, ISO_8859_1));
        } catch (IOException cut) {
            return false;
        }
    }
}
