package dev.lurcher.broker.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.StartException;
import dev.lurcher.broker.cli.DemoDatabase.DemoServer;
import dev.lurcher.broker.config.ConfigDatabase;
import dev.lurcher.broker.config.ConfigException;
import dev.lurcher.broker.config.ConfigReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

        URI send = URI.create("tcp://127.0.0.1:9997");
        assertEquals(new DemoServer(6767, send, URI.create("tcp://127.0.0.1:9996"), "hello"), server);
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
    void leavesNothingBehindWhereItCannotWrite() {
        Path file = folder.resolve("missing/config.sqlite");

        String message = assertThrows(ConfigException.class, () -> DemoDatabase.open(file))
                .toString();
        assertTrue(message.contains("cannot be written"), message);
    }
}
