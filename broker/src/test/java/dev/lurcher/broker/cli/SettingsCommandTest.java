package dev.lurcher.broker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.Databases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsCommandTest {
    @TempDir
    private Path folder;

    private String demo(String... more) {
        String[] arguments = new String[more.length + 3];
        arguments[0] = "settings";
        System.arraycopy(more, 0, arguments, 1, more.length);
        arguments[more.length + 1] = "--db";
        arguments[more.length + 2] = Databases.demo(
                        folder, "INSERT INTO setting (key, value) VALUES ('limits.min_ping', '0')")
                .toString();
        return Cli.succeed(arguments);
    }

    @Test
    void showsWhatHoldsAndWhereItComesFrom() {
        String text = demo();

        assertTrue(text.matches("(?s).*\nroute\\.strict +1 +database +0 or 1\n.*"), text);
        assertTrue(text.matches("(?s).*\nhandler\\.timeout +60s +default +0 to 24h\n.*"), text);
        assertTrue(text.matches("(?s).*\nlimits\\.min_ping +0 +database +does nothing here\n.*"), text);
        assertTrue(!text.contains("limits.kill_limit"), text);
    }

    @Test
    void showsAllOnDemand() {
        assertTrue(demo("--all").contains("limits.kill_limit"));
    }

    @Test
    void tellsAllAboutOne() {
        assertEquals("""
                zmtp.heartbeat  5s
                from            default
                default         5s
                allowed         0 to 1h (seconds, or with ms, s, m, h behind the number)
                meaning         between two heartbeats; 0 = none
                effect          at a start
                """, demo("zmtp.heartbeat"));
    }

    @Test
    void answersAnUnknownKeyWithTheNearest() {
        Cli run = Cli.run("settings", "handler.timout");

        assertEquals(2, run.exitCode());
        assertTrue(
                run.err().contains("there is no setting 'handler.timout'. Did you mean handler.timeout?"), run.err());
    }

    @Test
    void theDocumentIsWhatTheTableSays() throws IOException {
        assertEquals(
                Files.readString(Path.of("../docs/settings.md")),
                Cli.succeed("settings", "--markdown"),
                "docs/settings.md is stale. Fix: bin/broker settings --markdown >docs/settings.md");
    }
}
