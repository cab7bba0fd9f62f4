package dev.lurcher.broker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.Configuration;
import dev.lurcher.broker.config.Databases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What becomes of logs when the configuration changes. */
class LogsTest {
    @TempDir
    private Path folder;

    private final List<String> problems = new ArrayList<>();

    private Configuration configuration(String changes) throws IOException {
        Path file = folder.resolve("config.sqlite");
        Files.deleteIfExists(file);
        Databases.demo(
                folder,
                "UPDATE server SET access_log = '%1$s/access', error_log = '%1$s/error';".formatted(folder)
                        + changes.replace("FOLDER", folder.toString()));
        return new ServedDatabase(file, null, false).read().valid();
    }

    private void adopt(Logs logs, String changes) throws IOException {
        logs.adopt(configuration(changes), problems).run();
    }

    private static void say(String what) {
        LoggerFactory.getLogger(LogsTest.class).info(what);
    }

    @Test
    void otherFilesAreTaken() throws IOException {
        try (Logs logs = Logs.open(configuration(""))) {
            say("one");
            adopt(logs, "UPDATE server SET access_log = 'FOLDER/deep/access', error_log = 'FOLDER/deep/error'");
            say("two");
        }

        assertEquals(List.of(), problems);
        assertTrue(Files.exists(folder.resolve("deep/access")));
        assertTrue(Files.readString(folder.resolve("error")).contains("one"));
        assertTrue(Files.readString(folder.resolve("deep/error")).contains("two"));
    }

    @Test
    void theSameFilesAreOpenedAnew() throws IOException {
        try (Logs logs = Logs.open(configuration(""))) {
            Files.move(folder.resolve("access"), folder.resolve("access.1"));
            Files.move(folder.resolve("error"), folder.resolve("error.1"));
            adopt(logs, "");
            say("anew");
        }

        assertTrue(Files.exists(folder.resolve("access")));
        assertTrue(Files.readString(folder.resolve("error")).contains("anew"));
    }

    @Test
    void aFileThatCannotBeOpenedLeavesTheFormerInUse() throws IOException {
        try (Logs logs = Logs.open(configuration(""))) {
            adopt(logs, "UPDATE server SET access_log = 'FOLDER', error_log = 'FOLDER'");
            say("here");
        }

        assertEquals(2, problems.size(), problems::toString);
        assertTrue(problems.get(0).contains("that is a directory"), problems::toString);
        assertTrue(Files.readString(folder.resolve("error")).contains("here"));
    }

    @Test
    void anAccessLogCanBeSwitchedOffAndOn() throws IOException {
        try (Logs logs = Logs.open(configuration(""))) {
            Files.delete(folder.resolve("access"));
            adopt(logs, "INSERT INTO setting (key, value) VALUES ('disable.access_logging', '1')");
            assertTrue(Files.notExists(folder.resolve("access")));
            adopt(logs, "");
        }

        assertTrue(Files.exists(folder.resolve("access")));
    }

    @Test
    void theLevelChanges() throws IOException {
        try (Logs logs = Logs.open(configuration(""))) {
            adopt(logs, "UPDATE server SET error_log_level = 0");
            say("unheard");
        }

        assertTrue(!Files.readString(folder.resolve("error")).contains("unheard"));
    }
}
