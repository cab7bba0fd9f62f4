package dev.lurcher.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.DirectoryPolicy;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.testing.Await;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedOrigin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of upstreams and folders when the configuration changes. */
class ReloadTargetsIT {
    private static final DirectoryPolicy PLAIN = new DirectoryPolicy(null, false, false, true);

    @TempDir
    private Path folder;

    private static long count(BrokerHarness harness, Counter counter) {
        return harness.broker().counters().get(counter);
    }

    @Test
    void anUpstreamThatIsTheSameKeepsItsConnections() throws IOException {
        try (ScriptedOrigin origin = new ScriptedOrigin().serve(head -> ScriptedOrigin.ok("x"));
                BrokerHarness harness =
                        BrokerHarness.builder().proxy("/", origin.port()).start();
                RawClient client = harness.client()) {
            client.get("/").answer();

            // In another row, too.
            assertTrue(harness.reload(BrokerHarness.builder().handler("/h", "h").proxy("/", origin.port()))
                    .applied());

            client.get("/").answer();
            assertEquals(1, origin.connections());
        }
    }

    @Test
    void anUpstreamThatIsGoneKeepsNone() throws IOException {
        try (ScriptedOrigin origin = new ScriptedOrigin();
                BrokerHarness harness =
                        BrokerHarness.builder().proxy("/", origin.port()).start();
                RawClient client = harness.client()) {
            client.get("/");
            RawClient upstream = origin.accept();
            upstream.head();

            assertTrue(harness.reload(BrokerHarness.builder().handler("/", "h")).applied());

            upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate");
            assertTrue(client.answer().endsWith("late"));
            assertEquals("", upstream.untilEnd());
        }
    }

    @Test
    void anUpstreamWithOtherLimitsIsAnotherOne() throws IOException {
        try (ScriptedOrigin origin = new ScriptedOrigin().serve(head -> ScriptedOrigin.ok("x"));
                BrokerHarness harness =
                        BrokerHarness.builder().proxy("/", origin.port()).start();
                RawClient client = harness.client()) {
            client.get("/").answer();

            ReloadResult result = harness.reload(
                    BrokerHarness.builder().with(Setting.PROXY_TIMEOUT, "5s").proxy("/", origin.port()));

            assertTrue(
                    result.changes().contains("proxy 127.0.0.1:" + origin.port() + ": timeout is 5s (before: 60s)"),
                    result::toString);
            client.get("/").answer();
            Await.until("the first is closed", () -> origin.connections() == 2);
        }
    }

    @Test
    void aFolderThatIsTheSameKeepsWhatIsInMemory() throws IOException {
        Files.writeString(folder.resolve("a.txt"), "text");
        try (BrokerHarness harness =
                        BrokerHarness.builder().directory("/", folder, PLAIN).start();
                RawClient client = harness.client()) {
            // What was looked at within this second is believed.
            Await.until("it is in memory", () -> {
                ask(client);
                harness.reload(BrokerHarness.builder().handler("/h", "h").directory("/", folder, PLAIN));
                long before = count(harness, Counter.FILES_FROM_MEMORY);
                ask(client);
                return count(harness, Counter.FILES_FROM_MEMORY) > before;
            });
        }
    }

    @Test
    void aFolderThatIsAnotherIsFound() throws IOException {
        Files.writeString(folder.resolve("a.txt"), "text");
        Path other = Files.createDirectory(folder.resolve("other"));
        Files.writeString(other.resolve("a.txt"), "another");
        try (BrokerHarness harness =
                        BrokerHarness.builder().directory("/", folder, PLAIN).start();
                RawClient client = harness.client()) {
            assertTrue(client.get("/a.txt").answer().endsWith("text"));

            assertTrue(harness.reload(BrokerHarness.builder().directory("/", other, PLAIN))
                    .applied());

            assertTrue(client.get("/a.txt").answer().endsWith("another"));
        }
    }

    private static void ask(RawClient client) {
        try {
            client.get("/a.txt").answer();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
