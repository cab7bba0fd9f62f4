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
 * Does what docs/servlets.md tells a reader to do, block by block and in its order.
 * <p>{@code sh run} is run to its end. {@code sh background} runs on: a broker to the end of the page, a worker until the next one
 * is started. {@code java NAME} is saved by that name.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ServletGuideIT {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(sh|java) ([^\\n]+)\\n(.*?)^```$");

    @TempDir
    private Path folder;

    /** The broker, and the workers before the last one have ended. */
    private final List<Background> running = new ArrayList<>();

    @Test
    void everythingThatItShowsWorks() throws Exception {
        int done = 0;
        try (ProjectCopy project = ProjectCopy.make(folder.resolve("lurcher"))) {
            Files.writeString(project.root().resolve(".curlrc"), "fail\nsilent\nmax-time = 60\n");
            String page = Files.readString(ProjectCopy.SOURCES.resolve("docs/servlets.md"));
            Matcher block = BLOCK.matcher(project.translate(page));
            while (block.find()) {
                String text = block.group(3);
                switch (block.group(2)) {
                    case "run" -> run(project, text);
                    case "background" -> start(project, here(text));
                    default -> Files.writeString(project.root().resolve(block.group(2)), text);
                }
                done++;
            }
        } finally {
            for (Background each : running) {
                each.close();
            }
        }
        assertTrue(done >= 10, "blocks that do something: " + done);
    }

    /** The text, with this Java and with what was built where it is. */
    private static String here(String text) {
        String java = Path.of(System.getProperty("java.home"), "bin/java").toString();
        return text.replace(" java ", " " + java + " ")
                .replaceAll(
                        "(?<= )(sample-webapps|handler-httpserver)/",
                        Matcher.quoteReplacement(ProjectCopy.SOURCES + "/") + "$1/");
    }

    private static void run(ProjectCopy project, String text) throws Exception {
        Map<String, String> environment = Map.of("CURL_HOME", project.root().toString());
        List<String> command = List.of("bash", "-e", "-o", "pipefail", "-c", text);
        Finished finished = Finished.run(project.root(), environment, Duration.ofSeconds(90), command);
        assertEquals(0, finished.exitCode(), () -> text + finished.output());
    }

    private void start(ProjectCopy project, String text) throws Exception {
        if (running.size() > 1) {
            Background before = running.removeLast();
            before.signal("TERM");
            assertEquals(143, before.awaitExit(), before::output);
        }
        Background started = Background.start(project.command("bash", "-c", "exec env " + text));
        running.add(started);
        started.awaitOutput(running.size() == 1 ? "listening on" : "Takes requests of ");
    }
}
