package dev.lurcher.broker.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.ConfigException.Code;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigScriptTest {
    private static final Path SCRIPT = Path.of("../config.sqlite.sql");

    @TempDir
    private Path folder;

    @Test
    void isInTheJarAsItIsInTheProject() throws IOException {
        assertEquals(Files.readString(SCRIPT), ConfigScript.text());
    }

    @Test
    void isLoadedByTheShellOfSqliteToo() throws IOException, InterruptedException {
        Path file = folder.resolve("config.sqlite");
        Process shell = new ProcessBuilder("sqlite3", "-bail", file.toString())
                .redirectInput(SCRIPT.toFile())
                .redirectErrorStream(true)
                .start();
        try (InputStream output = shell.getInputStream()) {
            assertEquals("", new String(output.readAllBytes(), StandardCharsets.UTF_8));
        }
        assertEquals(0, shell.waitFor());

        ConfigDatabase database = ConfigDatabase.read(file);
        assertEquals(List.of(), ConfigReader.survey(database).problems());
        Path ours = Databases.demo(Files.createDirectory(folder.resolve("ours")), "");
        assertEquals(
                ConfigReader.read(ConfigDatabase.read(ours), "demo").valid().server(),
                ConfigReader.read(database, "demo").valid().server());
    }

    @Test
    void neverWritesOverAFile() throws IOException {
        Path file = Files.writeString(folder.resolve("config.sqlite"), "precious");

        ConfigException refused = assertThrows(ConfigException.class, () -> ConfigScript.create(file, ""));

        assertEquals(Code.UNWRITABLE, refused.code());
        assertTrue(String.valueOf(refused.getMessage()).contains("it is there already. Fix: move it away"));
        assertArrayEquals("precious".getBytes(StandardCharsets.UTF_8), Files.readAllBytes(file));
        assertOnly(file);
    }

    @Test
    void leavesNothingBehindWhenAChangeFails() throws IOException {
        Path file = folder.resolve("config.sqlite");

        assertThrows(ConfigException.class, () -> ConfigScript.create(file, "UPDATE nothing SET x = 1"));

        assertFalse(Files.exists(file));
        assertOnly();
    }

    @Test
    void refusesAFolderThatIsNotThere() {
        Path file = folder.resolve("none/config.sqlite");

        ConfigException refused = assertThrows(ConfigException.class, () -> ConfigScript.create(file, ""));

        assertEquals(Code.UNWRITABLE, refused.code());
    }

    private void assertOnly(Path... files) throws IOException {
        try (var found = Files.list(folder)) {
            assertEquals(List.of(files), found.toList());
        }
    }
}
