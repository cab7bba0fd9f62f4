package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
 * Does what docs/security.md tells a reader to do, in its order: {@code sh run} is run to its end, {@code sh background} runs until
 * the end, {@code sh worker} until the next one.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class SecurityDocIT {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh (\\w+)\\n(.*?)^```$");

    @TempDir
    private Path folder;

    @Test
    void everythingThatItShowsWorks() throws Exception {
        ProjectCopy project = ProjectCopy.make(folder.resolve("lurcher"));
        project.writeConfiguration();
        Files.createDirectories(project.root().resolve("run"));
        Files.writeString(project.root().resolve(".curlrc"), "fail\nmax-time = 20\n");
        Files.writeString(
                project.root().resolve("curve.py"),
                project.translate(Files.readString(ProjectCopy.SOURCES.resolve("sample-handlers/python/curve.py"))));
        String document = project.translate(Files.readString(ProjectCopy.SOURCES.resolve("docs/security.md")));
        Matcher block = BLOCK.matcher(document);
        List<Background> brokers = new ArrayList<>();
        List<Background> workers = new ArrayList<>();
        List<String> answers = new ArrayList<>();
        try {
            while (block.find()) {
                String text = block.group(2);
                switch (block.group(1)) {
                    case "background" -> {
                        Background broker = start(project, text);
                        brokers.add(broker);
                        broker.awaitOutput("listening on");
                    }
                    case "worker" -> {
                        stop(workers);
                        workers.add(start(project, text));
                    }
                    case "run" -> answers.add(run(project, text));
                    default -> throw new AssertionError("what is a block of " + block.group(1) + "?");
                }
            }
        } finally {
            stop(workers);
            stop(brokers);
            project.close();
        }
        assertTrue(answers.stream().anyMatch(answer -> answer.contains("over CURVE from Python")), answers::toString);
    }

    private static Background start(ProjectCopy project, String text) throws Exception {
        return Background.start(project.command(
                "bash",
                "-c",
                "exec " + text.replace("python3", System.getProperty("test.python", "/usr/bin/python3"))));
    }

    private static String run(ProjectCopy project, String text) throws Exception {
        Map<String, String> environment = Map.of("CURL_HOME", project.root().toString());
        Finished finished =
                Finished.run(project.root(), environment, Duration.ofSeconds(60), List.of("bash", "-e", "-c", text));
        assertEquals(0, finished.exitCode(), () -> text + finished.output());
        return finished.output();
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
}
