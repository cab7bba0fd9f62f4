package dev.lurcher.samples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.testing.BrokerExtension;
import dev.lurcher.worker.Endpoints;
import dev.lurcher.worker.testing.Mongrel2;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The programs of docs/java.md, as processes behind a real broker; and behind Mongrel2, as far as it has what they want. */
class JavaGuideIT {
    @RegisterExtension
    final BrokerExtension broker = new BrokerExtension();

    @RegisterExtension
    final BrokerExtension other = new BrokerExtension();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"Hello", "Form", "Notes", "Photos", "Ticker", "Chat", "Poll", "Download", "Job"})
    void worksBehindTheBroker(String program) throws Exception {
        try (SampleProcess process = SampleProcess.start(environment(), program, broker.endpoints())) {
            ask(new SampleClient(broker.uri("/")), program, process);
        }
    }

    /** Its limit of 20480 bytes in one message keeps the photos out. */
    @ParameterizedTest
    @ValueSource(strings = {"Hello", "Form", "Notes", "Ticker", "Chat", "Poll", "Download", "Job"})
    void worksBehindMongrel2(String program) throws Exception {
        try (Mongrel2 mongrel2 = new Mongrel2(folder, "/");
                SampleProcess process =
                        SampleProcess.start(environment(), program, Endpoints.read(mongrel2.database(), "/"))) {
            ask(new SampleClient(URI.create("http://localhost:" + mongrel2.port() + "/")), program, process);
        }
    }

    @Test
    void fleetServesSeveralBrokers() throws Exception {
        try (SampleProcess fleet = SampleProcess.start(Map.of(), "Fleet", broker.endpoints(), other.endpoints())) {
            String one = new SampleClient(broker.uri("/")).get("").body();
            assertTrue(one.startsWith("By broker 0, in worker-"), one);
            String two = new SampleClient(other.uri("/")).get("").body();
            assertTrue(two.startsWith("By broker 1, in worker-"), two);
        }
    }

    private Map<String, String> environment() {
        return Map.of(
                "NOTES_DB", folder.resolve("notes").toString(),
                "PHOTOS", folder.resolve("photos").toString());
    }

    private static void ask(SampleClient client, String program, SampleProcess process) throws Exception {
        switch (program) {
            case "Hello" -> client.hello(process.pid());
            case "Form" -> client.form();
            case "Notes" -> client.notes();
            case "Photos" -> client.photos();
            case "Ticker" -> client.ticker();
            case "Chat" -> client.chat();
            case "Poll" -> client.poll();
            case "Download" -> client.download();
            case "Job" -> client.job();
            default -> throw new AssertionError(program);
        }
    }
}
