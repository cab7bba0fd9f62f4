package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** The subset of the fault suite, {@code system-tests/faults/run --short}: a test for each fault. docs/faults.md tells of it. */
class FaultsIT {
    private static final int MOST_MINUTES = 8;

    @TestFactory
    @Timeout(value = MOST_MINUTES + 1, unit = TimeUnit.MINUTES)
    Stream<DynamicTest> holds() throws IOException, InterruptedException {
        Path report = Path.of("target/faults").toAbsolutePath();
        Files.deleteIfExists(report.resolve("faults.json"));
        Finished suite = Finished.run(
                Path.of("").toAbsolutePath(),
                Map.of("LURCHER_JAVA", System.getProperty("java.home")),
                Duration.ofMinutes(MOST_MINUTES),
                List.of(
                        Path.of("faults/run").toAbsolutePath().toString(),
                        "--short",
                        "--report",
                        report.toString(),
                        "--broker",
                        BrokerProcess.installed().resolve("bin/broker").toString()));
        assertTrue(Files.exists(report.resolve("faults.json")), suite::output);
        JsonNode faults =
                new ObjectMapper().readTree(report.resolve("faults.json").toFile());
        assertTrue(!faults.isEmpty(), suite::output);
        return StreamSupport.stream(faults.spliterator(), false)
                .map(fault -> DynamicTest.dynamicTest(
                        fault.path("fault").asText() + " " + fault.path("title").asText(), () -> judge(fault)));
    }

    private static void judge(JsonNode fault) {
        if (fault.path("holds").asBoolean()) {
            return;
        }
        List<String> lines = new ArrayList<>();
        for (JsonNode run : fault.path("runs")) {
            lines.add("seed " + run.path("seed").asText());
            if (run.hasNonNull("failure")) {
                lines.add(run.path("failure").asText());
            }
            run.path("demands").forEach(demand -> lines.add(figure("", demand)));
            run.path("invariants")
                    .properties()
                    .forEach(each -> lines.add(figure(each.getKey() + " ", each.getValue())));
            run.path("notes").forEach(note -> lines.add(note.asText()));
        }
        fail(String.join("\n", lines));
    }

    private static String figure(String key, JsonNode demand) {
        return demand.path("verdict").asText() + ": " + key
                + demand.path("demanded").asText() + ": "
                + demand.path("measured").asText();
    }
}
