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

/** Does what docs/tls.md shows, block by block. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class TlsDocumentIT {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(sh [a-z ]+)\\n(.*?)^```$");
    private static final String RUN = "bin/broker run config.sqlite demo\n";

    @TempDir
    private Path folder;

    @Test
    void everythingThatItShowsWorks() throws Exception {
        ProjectCopy project = ProjectCopy.make(folder.resolve("lurcher"));
        project.writeConfiguration();
        // An answer of 400 and above fails the command, and nothing waits for ever.
        Files.writeString(project.root().resolve(".curlrc"), "fail\nmax-time = 20\n");
        String document = project.translate(Files.readString(ProjectCopy.SOURCES.resolve("docs/tls.md")));
        Matcher block = BLOCK.matcher(document);
        List<Background> running = new ArrayList<>();
        int commands = 0;
        try {
            while (block.find()) {
                String text = block.group(2);
                switch (block.group(1)) {
                    case "sh background" -> running.add(start(project, text));
                    case "sh run" -> run(project, text);
                    case "sh run after a restart" -> {
                        stop(running.removeFirst());
                        running.addFirst(start(project, RUN));
                        run(project, text);
                    }
                    default -> throw new AssertionError("what is to be done with: " + block.group());
                }
                commands++;
            }
        } finally {
            for (Background each : running) {
                stop(each);
            }
            project.close();
        }
        assertTrue(commands > 5, commands + " blocks");
    }

    private static Background start(ProjectCopy project, String text) throws Exception {
        Background started = Background.start(project.command("bash", "-c", "exec " + text));
        if (text.equals(RUN)) {
            started.awaitOutput("listening on");
        }
        return started;
    }

    private static void run(ProjectCopy project, String text) throws Exception {
        Map<String, String> environment = Map.of("CURL_HOME", project.root().toString());
        Finished finished =
                Finished.run(project.root(), environment, Duration.ofSeconds(60), List.of("bash", "-e", "-c", text));
        assertEquals(0, finished.exitCode(), () -> text + finished.output());
    }

    private static void stop(Background each) throws Exception {
        try (each) {
            each.signal("TERM");
            each.awaitExit();
        }
    }
}
