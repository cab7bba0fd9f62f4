package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Does what docs/python.md tells a reader to do, block by block and in its order.
 * <p>{@code sh setup} installs packages: it is looked whether they are there. {@code sh run} is run to its end. {@code sh background}
 * runs on: a broker to the end of the page, a worker until the next one is started. {@code python NAME} is saved by that name.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class PythonGuideIT {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(sh|python) ([^\\n]+)\\n(.*?)^```$");

    @TempDir
    private Path folder;

    private @Nullable Background broker;
    private @Nullable Background worker;

    @Test
    void everythingThatItShowsWorks() throws Exception {
        int done = 0;
        try (ProjectCopy project = ProjectCopy.make(folder.resolve("lurcher"))) {
            Files.writeString(project.root().resolve(".curlrc"), "fail\nmax-time = 20\n");
            String page = Files.readString(ProjectCopy.SOURCES.resolve("docs/python.md"));
            Matcher block = BLOCK.matcher(project.translate(page));
            while (block.find()) {
                String text = block.group(3);
                switch (block.group(2)) {
                    case "setup" -> checkPackages(text);
                    case "run" -> run(project, here(text));
                    case "background" -> start(project, here(text));
                    default -> Files.writeString(project.root().resolve(block.group(2)), text);
                }
                done++;
            }
            stop(worker);
            stop(broker);
        } finally {
            for (Background each : new Background[] {worker, broker}) {
                if (each != null) {
                    each.close();
                }
            }
        }
        assertTrue(done > 15, "blocks that do something: " + done);
    }

    /** The text, for the Python that has Debian's packages and the programs where they are. */
    private static String here(String text) {
        return text.replace("python3 ", PythonSite.python() + " ")
                .replaceAll(
                        "(?<= |=)(\\.\\./)?sample-handlers/python",
                        Matcher.quoteReplacement(ProjectCopy.SOURCES
                                .resolve("sample-handlers/python")
                                .toString()));
    }

    private void checkPackages(String text) throws Exception {
        for (String name : text.strip().replace("apt-get install ", "").split(" ")) {
            Finished asked =
                    Finished.run(Path.of("/"), Map.of(), Duration.ofSeconds(20), List.of("dpkg-query", "-s", name));
            assertEquals(0, asked.exitCode(), () -> "bin/test installs it: " + asked.output());
        }
    }

    private static void run(ProjectCopy project, String text) throws Exception {
        Map<String, String> environment = Map.of("CURL_HOME", project.root().toString());
        Finished finished =
                Finished.run(project.root(), environment, Duration.ofSeconds(60), List.of("bash", "-e", "-c", text));
        assertEquals(0, finished.exitCode(), () -> text + finished.output());
    }

    private void start(ProjectCopy project, String text) throws Exception {
        boolean isBroker = text.startsWith("bin/broker");
        if (!isBroker) {
            stop(worker);
        }
        // Signals are for the program, not for a shell around it.
        String command = text.contains(" && ") ? text.replace(" && ", " && exec ") : "exec env " + text;
        Background started = Background.start(project.command("bash", "-c", command));
        if (isBroker) {
            broker = started;
            started.awaitOutput("listening on");
        } else {
            worker = started;
            started.awaitOutput(PythonSite.READY);
        }
    }

    private static void stop(@Nullable Background running) throws Exception {
        if (running != null) {
            running.signal("TERM");
            assertEquals(0, running.awaitExit(), running::output);
        }
    }
}
