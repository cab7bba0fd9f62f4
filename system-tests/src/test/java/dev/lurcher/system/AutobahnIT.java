package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The subset of the Autobahn suite, {@code system-tests/autobahn/run --subset}. */
class AutobahnIT {
    private static final int MOST_MINUTES = 8;
    private static final int CASES = 116;

    @Test
    @Timeout(value = MOST_MINUTES + 1, unit = TimeUnit.MINUTES)
    void noCaseFails() throws IOException, InterruptedException {
        Finished suite = Finished.run(
                Path.of("").toAbsolutePath(),
                Map.of(
                        "LURCHER_JAVA",
                        System.getProperty("java.home"),
                        "LURCHER_BROKER",
                        BrokerProcess.installed().resolve("bin/broker").toString()),
                Duration.ofMinutes(MOST_MINUTES),
                List.of(Path.of("autobahn/run").toAbsolutePath().toString(), "--subset"));
        assertEquals(0, suite.exitCode(), suite::output);
        for (String who : List.of("worker", "broker")) {
            String passed = "pings and closes answered by the " + who + ": " + CASES + " cases, 0 failed";
            assertTrue(suite.output().contains(passed), suite::output);
        }
    }
}
