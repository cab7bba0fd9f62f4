package dev.lurcher.broker.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.StartException;
import dev.lurcher.broker.cli.DemoDatabase.DemoServer;
import dev.lurcher.broker.cli.DemoDatabase.WorkerPort;
import dev.lurcher.broker.config.ConfigDatabase;
import dev.lurcher.broker.config.ConfigException;
import dev.lurcher.broker.config.ConfigReader;
import dev.lurcher.broker.config.Databases;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoDatabaseTest {
    @TempDir
    private Path folder;

    @Test
    void writesWhatABrokerRunsWithoutAWarning() throws IOException {
        Path file = folder.resolve("config.sqlite");

        assertTrue(DemoDatabase.open(file).written());
        ConfigDatabase database = ConfigDatabase.read(file);
        assertEquals(List.of(), ConfigReader.read(database, DemoDatabase.UUID).problems());
    }

    @Test
    void readsTheDemosRows() throws IOException {
        DemoServer server = DemoDatabase.open(folder.resolve("config.sqlite")).server();

        assertEquals(6767, server.port());
        assertEquals("hello", server.sender());
        assertEquals(List.of(9997, 9996, 9995, 9994), ports(server));
        assertEquals(
                "for replies of workers of handler \"echo\"",
                server.workerPorts().get(3).use());
    }

    private static List<Integer> ports(DemoServer server) {
        return server.workerPorts().stream().map(WorkerPort::port).toList();
    }

    @Test
    void changesThePortsOfWorkersOnDemand() throws Exception {
        Path file = folder.resolve("config.sqlite");
        DemoDatabase database = DemoDatabase.open(file);
        Databases.execute(file, "UPDATE handler SET send_spec = 'ipc://run/send-17' WHERE id = 2");

        database.changeWorkerPorts(7000);

        assertEquals(List.of(7000, 7001, 7003), ports(database.server()));
        assertEquals(
                List.of(),
                ConfigReader.read(ConfigDatabase.read(file), DemoDatabase.UUID).problems());
        database.changeWorkerPorts(65000);
        assertEquals(List.of(65000, 65001, 65003), ports(database.server()));
    }

    @Test
    void keepsAFileThatIsThereAndChangesItsPortOnDemand() throws IOException {
        Path file = folder.resolve("config.sqlite");
        DemoDatabase.open(file).changePort(6868);

        DemoDatabase again = DemoDatabase.open(file);
        assertFalse(again.written());
        assertEquals(6868, again.server().port());
    }

    @Test
    void refusesAFileThatIsNotTheDemosAndLeavesItAlone() throws IOException {
        Path file = folder.resolve("config.sqlite");
        byte[] notes = "notes, and no database at all".getBytes(StandardCharsets.UTF_8);
        Files.write(file, notes);
        DemoDatabase database = DemoDatabase.open(file);

        String message = assertThrows(StartException.class, database::server).toString();
        assertTrue(message.contains("is not the demo's") && message.contains("--config"), message);
        assertThrows(StartException.class, () -> database.changePort(6868));
        assertArrayEquals(notes, Files.readAllBytes(file));
    }

    @Test
    void refusesAServerThatSpeaksTls() throws Exception {
        Path file = folder.resolve("config.sqlite");
        DemoDatabase database = DemoDatabase.open(file);
        Databases.execute(file, "UPDATE server SET use_ssl = 1");

        String message = assertThrows(StartException.class, database::server).toString();
        assertTrue(message.contains("broker run " + file + " demo"), message);
    }

    @Test
    void saysThatAFileIsLocked() throws Exception {
        Path file = folder.resolve("config.sqlite");
        DemoDatabase database = DemoDatabase.open(file);
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN EXCLUSIVE");

            String message =
                    assertThrows(StartException.class, database::server).toString();
            assertTrue(message.contains("is locked: another process is writing to it. Fix: "), message);
        }
    }

    @Test
    void leavesNothingBehindWhereItCannotWrite() {
        Path file = folder.resolve("missing/config.sqlite");

        String message = assertThrows(ConfigException.class, () -> DemoDatabase.open(file))
                .toString();
        assertTrue(message.contains("cannot be written"), message);
    }
}
