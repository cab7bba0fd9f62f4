package dev.lurcher.broker.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.ConfigException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are no configuration, or cannot be read now: one clear message each, and soon. */
class ConfigDatabaseTest {
    private static final Duration SOON = Duration.ofSeconds(2);

    @TempDir
    private Path folder;

    private static String refusal(Code code, Path file) {
        long start = System.nanoTime();
        ConfigException refused = assertThrows(ConfigException.class, () -> ConfigDatabase.read(file));
        assertTrue(System.nanoTime() - start < SOON.toNanos(), "took too long");
        String message = String.valueOf(refused.getMessage());
        assertEquals(code, refused.code(), message);
        assertTrue(message.contains(". Fix: ") && !message.contains("\n"), message);
        return message.replace(file.toString(), "FILE");
    }

    @Test
    void refusesAMissingFile() {
        assertEquals(
                "FILE cannot be read: it does not exist. Fix: name the file that you mean, or make one (sqlite3 config.sqlite"
                        + " <config.sqlite.sql).",
                refusal(Code.UNREADABLE, folder.resolve("none.sqlite")));
    }

    @Test
    void refusesADirectory() {
        assertEquals(
                "FILE cannot be read: it is a directory. Fix: name the database file in it.",
                refusal(Code.UNREADABLE, folder));
    }

    @Test
    void refusesADeviceWithoutReadingFromIt() {
        assertEquals(
                "FILE cannot be read: it is no file but a device or a pipe. Fix: name a database file.",
                refusal(Code.UNREADABLE, Path.of("/dev/zero")));
    }

    @Test
    void refusesAnEmptyFile() throws IOException {
        assertEquals(
                "FILE is empty: it has no tables. Fix: name the file that you mean, or make one (sqlite3 config.sqlite"
                        + " <config.sqlite.sql).",
                refusal(Code.WRONG_SCHEMA, Files.createFile(folder.resolve("empty.sqlite"))));
    }

    @Test
    void refusesText() throws IOException {
        Path file = Files.writeString(folder.resolve("notes"), "not a database at all ".repeat(100));

        assertTrue(refusal(Code.NOT_A_DATABASE, file).startsWith("FILE is no SQLite database, or a damaged one ("));
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 16, 50, 99, 100, 500, 4096, 8192, 20_000})
    void refusesATruncatedFile(int length) throws IOException {
        Path file = Databases.demo(folder, "");
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), length));

        refusal(Code.NOT_A_DATABASE, file);
    }

    @Test
    void refusesDamagedPages() throws IOException {
        Path file = Databases.demo(folder, "");
        byte[] bytes = Files.readAllBytes(file);
        Arrays.fill(bytes, 4096, bytes.length, (byte) 0x5a);
        Files.write(file, bytes);

        refusal(Code.NOT_A_DATABASE, file);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DROP TABLE route                              | the table route",
                "ALTER TABLE server RENAME COLUMN port TO porto | the column server.port",
                "DROP TABLE host; DROP TABLE proxy; ALTER TABLE setting RENAME COLUMN value TO v"
                        + " | the column setting.value, the table host, the table proxy"
            })
    void refusesAnotherSchemaAndNamesAllThatItLacks(String changes, String lacks) {
        assertEquals(
                "FILE is no configuration: it lacks " + lacks
                        + ". Fix: make one (sqlite3 config.sqlite <config.sqlite.sql).",
                refusal(Code.WRONG_SCHEMA, Databases.demo(folder, changes)));
    }

    @Test
    void refusesADatabaseOfSomethingElse() throws SQLException {
        Path file = folder.resolve("other.sqlite");
        Databases.execute(file, "CREATE TABLE bookmarks (id INTEGER PRIMARY KEY, url TEXT)");

        assertTrue(
                refusal(Code.WRONG_SCHEMA, file).startsWith("FILE is no configuration: it lacks the table setting, "));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 1000, -1})
    void refusesALaterVersion(int version) {
        assertEquals(
                "FILE is written for a later version: its PRAGMA user_version is " + version
                        + ", and this broker knows 0 to 1. Fix: run the broker that belongs to it.",
                refusal(Code.WRONG_SCHEMA, Databases.demo(folder, "PRAGMA user_version = " + version)));
    }

    @Test
    void refusesALockedFileAfterASecond() throws SQLException {
        Path file = Databases.demo(folder, "");
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN EXCLUSIVE");

            assertEquals(
                    "FILE is locked: another process is writing to it. Fix: let it end its transaction, then try again.",
                    refusal(Code.LOCKED, file));
            statement.execute("ROLLBACK");
        }
        assertEquals(List.of("demo"), ConfigDatabase.read(file).serverUuids());
    }

    @Test
    void refusesAnUnfinishedWriteThatOnlyAWriterCanUndo() throws IOException, SQLException {
        Path file = Databases.demo(folder, "");
        Path crashed = folder.resolve("crashed.sqlite");
        try (Connection writer = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = writer.createStatement()) {
            // A cache of one page spills to the file before the transaction ends; a copy of both files is what a crash
            // leaves.
            statement.execute("PRAGMA cache_size = 1");
            statement.execute("BEGIN");
            statement.executeUpdate("INSERT INTO log (why) SELECT hex(randomblob(4000)) FROM mimetype");
            Files.copy(file, crashed);
            Files.copy(folder.resolve("config.sqlite-journal"), folder.resolve("crashed.sqlite-journal"));
            statement.execute("ROLLBACK");
        }

        String message = refusal(Code.UNREADABLE, crashed);
        assertTrue(message.startsWith("FILE cannot be read: a write to it was not finished"), message);
        assertTrue(message.contains("Fix: finish it, as a user who may write: sqlite3 FILE '"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a?b=c.sqlite", "with space.sqlite", "#%41.sqlite", ":memory:", "größe.sqlite", "file:x"})
    void readsFilesOfAnyName(String name) throws IOException {
        Path file = folder.resolve(name);
        ConfigScript.create(file, "");

        assertEquals(List.of("demo"), ConfigDatabase.read(file).serverUuids());
        assertTrue(Files.exists(file));
    }

    @Test
    void writesNothing() throws IOException {
        Path file = Databases.demo(folder, "PRAGMA journal_mode = WAL");
        byte[] before = Files.readAllBytes(file);

        ConfigDatabase.read(file);

        assertEquals(-1, Arrays.mismatch(before, Files.readAllBytes(file)));
        assertTrue(!Files.exists(folder.resolve("config.sqlite-journal")));
    }

    @Test
    void keepsTheOrderOfTheRowsWhateverIndexThereIs() {
        Path file = Databases.demo(folder, """
                DELETE FROM route;
                INSERT INTO route (id, host_id, path, target_type, target_id) VALUES
                    (30, 1, '/a', 'handler', 1), (10, 1, '/c', 'handler', 1), (20, 1, '/b', 'handler', 1);
                CREATE INDEX by_path ON route (path, host_id, target_type, target_id);
                """);

        Server server =
                ConfigReader.read(ConfigDatabase.read(file), "demo").valid().server();
        assertEquals(
                List.of("/c", "/b", "/a"),
                server.hosts().get(0).routes().stream().map(Route::path).toList());
    }

    @Test
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void neverFailsInAnotherWayWhateverIsInTheFile() throws IOException {
        Path file = Databases.demo(folder, "");
        byte[] sound = Files.readAllBytes(file);
        Random random = new Random(20261121);
        int refused = 0;
        for (int i = 0; i < 400; i++) {
            byte[] bytes = sound.clone();
            int damages = 1 + random.nextInt(20);
            for (int j = 0; j < damages; j++) {
                int most = random.nextBoolean() ? 4096 : bytes.length;
                bytes[random.nextInt(most)] = (byte) random.nextInt();
            }
            Files.write(file, bytes);
            try {
                ConfigDatabase database = ConfigDatabase.read(file);
                ConfigReader.survey(database);
            } catch (ConfigException e) {
                assertTrue(String.valueOf(e.getMessage()).contains("Fix: "), e.getMessage());
                refused++;
            }
        }
        assertTrue(refused > 40, "damage was hardly ever seen: " + refused);
    }

    @Test
    void refusesValuesOfMegabytes() {
        String message =
                refusal(Code.UNREADABLE, Databases.demo(folder, "UPDATE server SET name = hex(zeroblob(2000000))"));
        assertTrue(message.contains("too big"), message);
    }

    @Test
    void choosesTheOnlyServer() {
        assertEquals("demo", ConfigDatabase.read(Databases.demo(folder, "")).chosenServer(null));
    }

    @Test
    void namesTheServersThereAre() {
        ConfigDatabase two = ConfigDatabase.read(Databases.demo(
                folder,
                "INSERT INTO server SELECT 2, 'shop', name, bind_addr, port, default_host, use_ssl, chroot, access_log, error_log,"
                        + " pid_file, 2, '' FROM server"));

        assertEquals("shop", two.chosenServer("shop"));
        String none = String.valueOf(assertThrows(ConfigException.class, () -> two.chosenServer(null))
                .getMessage());
        assertTrue(none.endsWith(": it has 2 servers. Fix: name the uuid of one: demo, shop."), none);
        String unknown = String.valueOf(assertThrows(ConfigException.class, () -> two.chosenServer("dmeo"))
                .getMessage());
        assertTrue(
                unknown.endsWith(
                        ": it has no server with the uuid \"dmeo\"; \"demo\" is near. Fix: name one of: demo, shop."),
                unknown);
        assertThrows(ConfigException.class, () -> ConfigReader.read(two, "dmeo"));
    }
}
