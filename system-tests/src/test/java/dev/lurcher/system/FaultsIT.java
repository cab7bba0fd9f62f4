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
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** The subset of the fault suite, {@code system-tests/faults/run --short}: a test for each fault. docs/faults.md tells of it. */
class FaultsIT {
    private static final int MOST_MINUTES = 8;

    /** Times, and ratios of times. */
    private static final Pattern TIME = Pattern.compile("^[0-9.,]+ (ms|s)\\b|^[0-9.]+×");

    @TestFactory
    @Timeout(value = MOST_MINUTES + 1, unit = TimeUnit.MINUTES)
    Stream<DynamicTest> holds() throws IOException, InterruptedException {
        JsonNode faults = run("");
        return StreamSupport.stream(faults.spliterator(), false)
                .map(fault -> DynamicTest.dynamicTest(
                        fault.path("fault").asText() + " " + fault.path("title").asText(), () -> judge(fault)));
    }

    /** Runs all faults, or one. */
    private static JsonNode run(String only) throws IOException, InterruptedException {
        Path report = Path.of("target/faults" + only).toAbsolutePath();
        Files.deleteIfExists(report.resolve("faults.json"));
        List<String> command = new ArrayList<>(List.of(
                Path.of("faults/run").toAbsolutePath().toString(),
                "--short",
                "--report",
                report.toString(),
                "--broker",
                BrokerProcess.installed().resolve("bin/broker").toString()));
        if (!only.isEmpty()) {
            command.addAll(List.of("--only", only));
        }
        Finished suite = Finished.run(
                Path.of("").toAbsolutePath(),
                Map.of("LURCHER_JAVA", System.getProperty("java.home")),
                Duration.ofMinutes(MOST_MINUTES),
                command);
        assertTrue(Files.exists(report.resolve("faults.json")), suite::output);
        JsonNode faults =
                new ObjectMapper().readTree(report.resolve("faults.json").toFile());
        assertTrue(!faults.isEmpty(), suite::output);
        return faults;
    }

    /** A time that was missed may be the machine's fault, and is measured once more; anything else fails at once. */
    private static void judge(JsonNode fault) throws IOException, InterruptedException {
        boolean holds = fault.path("holds").asBoolean();
        if (!holds && missesTimesOnly(fault)) {
            fault = run(fault.path("fault").asText()).get(0);
            holds = fault.path("holds").asBoolean();
        }
        if (holds) {
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

    private static boolean missesTimesOnly(JsonNode fault) {
        List<JsonNode> missed = new ArrayList<>();
        for (JsonNode run : fault.path("runs")) {
            if (run.hasNonNull("failure")) {
                return false;
            }
            run.path("demands").forEach(missed::add);
            run.path("invariants").forEach(missed::add);
        }
        missed.removeIf(each -> !each.path("verdict").asText().equals("fails"));
        return !missed.isEmpty()
                && missed.stream()
                        .allMatch(each ->
                                TIME.matcher(each.path("measured").asText()).find());
    }

    private static String figure(String key, JsonNode demand) {
        return demand.path("verdict").asText() + ": " + key
                + demand.path("demanded").asText() + ": "
                + demand.path("measured").asText();
    }
}
