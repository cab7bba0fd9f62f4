package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/operations.md: whoever types what stands there, from top to bottom, sees what stands there. */
class OperationsDocumentIT {
    private static final Path DOCUMENT = ProjectCopy.SOURCES.resolve("docs/operations.md");
    private static final Pattern EXAMPLE = Pattern.compile("```console\n(.*?)```", Pattern.DOTALL);

    @TempDir
    private Path folder;

    /** What a command printed, or should. */
    private record Step(String command, List<String> lines) {
        Step(String command) {
            this(command, new ArrayList<>());
        }
    }

    @BeforeEach
    void makeTheConfiguration() throws IOException, InterruptedException {
        StringBuilder changes = new StringBuilder("UPDATE server SET port = " + Addresses.freePort() + ";");
        for (int id = 1; id <= 2; id++) {
            changes.append(
                    "UPDATE handler SET send_spec = 'tcp://127.0.0.1:%d', recv_spec = 'tcp://127.0.0.1:%d' WHERE id = %d;"
                            .formatted(Addresses.freePort(), Addresses.freePort(), id));
        }
        Path script = Files.writeString(folder.resolve("changes.sql"), changes);
        assertEquals(
                "",
                sh("sqlite3 config.sqlite '.read " + ProjectCopy.SOURCES.resolve("config.sqlite.sql") + "' '.read "
                        + script + "'"));
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        sh("broker stop --now");
    }

    private String sh(String command) throws IOException, InterruptedException {
        Path launcher = BrokerProcess.installed().resolve("bin");
        return Finished.run(
                        folder,
                        Map.of(
                                "LURCHER_JAVA",
                                System.getProperty("java.home"),
                                "PATH",
                                launcher + ":" + System.getenv("PATH")),
                        Lines.DEADLINE,
                        List.of("sh", "-c", command))
                .output();
    }

    private static List<Step> steps() throws IOException {
        List<Step> steps = new ArrayList<>();
        EXAMPLE.matcher(Files.readString(DOCUMENT))
                .results()
                .forEach(block -> block.group(1).lines().forEach(line -> {
                    if (line.startsWith("$ ")) {
                        steps.add(new Step(line.substring(2)));
                    } else {
                        steps.get(steps.size() - 1).lines().add(line);
                    }
                }));
        return steps;
    }

    /** What differs from place to place and from run to run is made the same. */
    private String comparable(String text) throws IOException, InterruptedException {
        return text.replace(folder.toRealPath().toString(), "/srv/site")
                .replace(BrokerProcess.installed().resolve("bin").toString(), "/opt/lurcher/bin")
                .replaceAll("(process|PID|running) +[0-9]+", "$1 N")
                .replaceAll("127\\.0\\.0\\.1:[0-9]+", "127.0.0.1:PORT")
                .replaceAll("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z", "TIME")
                .replaceAll(" +", " ")
                .strip();
    }

    @Test
    void printsWhatTheDocumentSays() throws IOException, InterruptedException {
        List<Step> steps = steps();
        assertFalse(steps.isEmpty());
        for (Step step : steps) {
            assertEquals(comparable(String.join("\n", step.lines())), comparable(sh(step.command())), step.command());
        }
    }

    @Test
    void systemdFindsNothingWrongWithTheUnit() throws IOException, InterruptedException {
        Path unit = folder.resolve("lurcher-demo.service");
        sh("broker systemd --user root >" + unit);

        // It names what is wrong, and what it would ask for is not here to be asked.
        String said = sh("systemd-analyze verify --man=no " + unit);
        assertFalse(said.contains("lurcher-demo.service:"), said);
    }
}
