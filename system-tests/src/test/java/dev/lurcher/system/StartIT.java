package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.testing.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that cannot start says why and what to do about it, in one line and soon. */
class StartIT {
    /** The promise is 2 s, and the rest for a machine that has a lot else to do. */
    private static final Duration SOON = Duration.ofSeconds(3);

    @TempDir
    private Path directory;

    @Test
    void namesThePortThatIsTaken() throws Exception {
        OneHandler site = OneHandler.in(directory);
        try (ServerSocket taken = new ServerSocket(site.port(), 1, InetAddress.getLoopbackAddress())) {
            String line = refusal(site.database(), OneHandler.UUID);

            assertTrue(line.contains("127.0.0.1:" + taken.getLocalPort()), line);
            assertTrue(line.contains("Fix: "), line);
        }
    }

    @Test
    void namesTheEndpointThatIsTaken() throws Exception {
        OneHandler site = OneHandler.in(directory);
        try (BrokerProcess first = site.start()) {
            sql(site.database(), "UPDATE server SET port = " + Addresses.freePort());
            String line = refusal(site.database(), OneHandler.UUID);

            assertTrue(line.contains("ipc://" + directory + "/re"), line);
            assertTrue(first.process().isAlive());
        }
    }

    @Test
    void namesTheDatabaseThatIsMissing() throws Exception {
        String line = refusal(directory.resolve("nowhere.sqlite"), "site");

        assertTrue(line.contains("nowhere.sqlite cannot be read: it does not exist. Fix: "), line);
    }

    @Test
    void refusesAFileThatIsNoDatabase() throws Exception {
        Path text = Files.writeString(
                directory.resolve("text.sqlite"), "This is no database at all, but it is long enough.");
        String line = refusal(text, "site");

        assertTrue(line.contains("text.sqlite") && line.contains("Fix: "), line);
    }

    @Test
    void refusesADatabaseThatWasCutOff() throws Exception {
        OneHandler site = OneHandler.in(directory);
        byte[] whole = Files.readAllBytes(site.database());
        Path cut = Files.write(directory.resolve("cut.sqlite"), java.util.Arrays.copyOf(whole, 6000));
        String line = refusal(cut, OneHandler.UUID);

        assertTrue(line.contains("cut.sqlite") && line.contains("Fix: "), line);
    }

    @Test
    void refusesAnEmptyDatabase() throws Exception {
        String line = refusal(Files.createFile(directory.resolve("empty.sqlite")), "site");

        assertTrue(line.contains("empty.sqlite") && line.contains("Fix: "), line);
    }

    @Test
    void refusesADatabaseThatIsLocked() throws Exception {
        OneHandler site = OneHandler.in(directory);
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + site.database());
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN EXCLUSIVE");
            String line = refusal(site.database(), OneHandler.UUID);

            assertTrue(line.contains("locked"), line);
            assertTrue(line.contains("Fix: "), line);
        }
    }

    @Test
    void namesTheServersThatThereAre() throws Exception {
        String line = refusal(OneHandler.in(directory).database(), "another");

        assertTrue(line.contains("\"another\". Fix: name one of: site."), line);
    }

    @Test
    void printsNothingToStandardOutput() throws Exception {
        OneHandler site = OneHandler.in(directory);
        try (BrokerProcess broker = site.start();
                PyWorker worker = site.startWorker();
                RawClient client = new RawClient(broker.address())) {
            assertTrue(client.get("/").head().startsWith("HTTP/1.1 200"));
            worker.nextMessage();
            broker.process().signal("TERM");

            assertEquals(0, broker.process().exitCode());
            assertEquals(List.of(), broker.process().output().toTheEnd());
            List<String> errors = broker.process().errors().toTheEnd();
            assertEquals(2, errors.size(), errors::toString);
            assertTrue(errors.get(0).startsWith("listening on "), errors::toString);
            assertTrue(errors.get(1).startsWith("stopping: "), errors::toString);
        }
    }

    /** What a broker that fails says: one line, with exit code 1. */
    private String refusal(Path database, String uuid) throws IOException, InterruptedException {
        BrokerProcess.installed();
        long started = System.nanoTime();
        try (Running broker = BrokerProcess.run(directory, "run", database.toString(), uuid)) {
            int exitCode = broker.exitCode();
            Duration took = Duration.ofNanos(System.nanoTime() - started);
            List<String> lines = broker.errors().toTheEnd();
            assertEquals(1, exitCode, lines::toString);
            assertEquals(1, lines.size(), lines::toString);
            assertEquals(List.of(), broker.output().toTheEnd());
            assertTrue(took.compareTo(SOON) < 0, () -> "it took " + took + " to say " + lines);
            return lines.get(0);
        }
    }

    private static void sql(Path database, String command) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement()) {
            statement.execute(command);
        }
    }
}
