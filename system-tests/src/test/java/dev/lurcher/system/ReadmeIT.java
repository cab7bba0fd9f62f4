package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Does what README.md tells a reader to do, block by block and in its order.
 * <p>{@code sh run} is run to its end, {@code sh background} runs until the next one of its kind, {@code python} is saved as
 * worker.py and started; other blocks are for the reader only.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ReadmeIT {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```([^\\n]+)\\n(.*?)^```$");

    @TempDir
    private Path folder;

    @Test
    void everythingThatItShowsWorks() throws Exception {
        ProjectCopy project = ProjectCopy.make(folder.resolve("lurcher"));
        project.writeConfiguration();
        // An answer of 400 and above fails the command, and nothing waits for ever.
        Files.writeString(project.root().resolve(".curlrc"), "fail\nmax-time = 20\n");
        Matcher block = BLOCK.matcher(Files.readString(project.root().resolve("README.md")));
        List<Background> running = new ArrayList<>();
        int commands = 0;
        try {
            while (block.find()) {
                String text = block.group(2);
                switch (block.group(1)) {
                    case "sh background" -> {
                        stop(running);
                        running.add(start(project, text));
                    }
                    case "sh run" -> {
                        run(project, text);
                        commands++;
                    }
                    case "python" -> {
                        Files.writeString(project.root().resolve("worker.py"), text);
                        running.add(Background.start(project.command(pythonWithZeroMq(), "worker.py")));
                    }
                    default -> {}
                }
            }
        } finally {
            stop(running);
            project.close();
        }
        assertFalse(commands == 0, "README.md has blocks marked \"sh run\"");
    }

    private static Background start(ProjectCopy project, String text) throws Exception {
        Background started = Background.start(project.command("bash", "-c", "exec " + text));
        started.awaitOutput(text.equals("bin/broker demo\n") ? "Ctrl-C stops everything." : "listening on");
        return started;
    }

    private static void run(ProjectCopy project, String text) throws Exception {
        Map<String, String> environment = Map.of("CURL_HOME", project.root().toString());
        Finished finished =
                Finished.run(project.root(), environment, Duration.ofSeconds(60), List.of("bash", "-e", "-c", text));
        assertEquals(0, finished.exitCode(), () -> text + finished.output());
    }

    private static void stop(List<Background> running) throws Exception {
        for (Background each : running) {
            try (each) {
                each.signal("TERM");
                each.awaitExit();
            }
        }
        running.clear();
    }

    /** Debian's pyzmq belongs to Debian's own Python, which need not be the first on the PATH. */
    private static String pythonWithZeroMq() throws IOException, InterruptedException {
        for (String python : List.of("python3", "/usr/bin/python3")) {
            List<String> command = List.of(python, "-c", "import zmq");
            if (Finished.run(Path.of("/"), Map.of(), Duration.ofSeconds(20), command)
                            .exitCode()
                    == 0) {
                return python;
            }
        }
        throw new AssertionError("no Python has pyzmq; bin/test installs it");
    }
}
