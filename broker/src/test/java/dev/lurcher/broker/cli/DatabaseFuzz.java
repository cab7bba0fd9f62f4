package dev.lurcher.broker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.ConfigDatabase;
import dev.lurcher.broker.config.ConfigException;
import dev.lurcher.broker.config.ConfigReader;
import dev.lurcher.broker.config.ConfigReader.Loaded;
import dev.lurcher.broker.config.ConfigReader.Survey;
import dev.lurcher.broker.config.Problem;
import dev.lurcher.broker.config.Problem.Severity;
import dev.lurcher.broker.config.Server;
import dev.lurcher.broker.config.ServerCheck;
import dev.lurcher.broker.route.RouteTable;
import dev.lurcher.protocol.testing.KeptInputs;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Any file in place of a configuration is refused with a message, or read with all its problems; and soon. */
public class DatabaseFuzz {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final ServerCheck[] CHECKS = Source.checks();
    private static final Path FILE = file();

    @KeptInputs
    void refusesOrReads(byte[] bytes) throws IOException {
        fuzzerTestOneInput(bytes);
    }

    /** To be called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] bytes) throws IOException {
        Files.write(FILE, bytes);
        long least = Long.MAX_VALUE;
        // What is slow for other reasons is not slow three times.
        for (int i = 0; i < 3 && least > MOST_NANOS; i++) {
            long before = THREADS.getCurrentThreadCpuTime();
            read();
            least = Math.min(least, THREADS.getCurrentThreadCpuTime() - before);
        }
        long nanos = least;
        assertTrue(nanos <= MOST_NANOS, () -> nanos / 1_000_000 + " ms");
    }

    private static void read() {
        try {
            ConfigDatabase database = ConfigDatabase.read(FILE);
            Survey survey = ConfigReader.survey(database, CHECKS);
            survey.problems().forEach(DatabaseFuzz::assertFitToBePrinted);
            for (String uuid : database.serverUuids()) {
                Loaded loaded = ConfigReader.read(database, uuid, CHECKS);
                boolean broken = loaded.problems().stream().anyMatch(found -> found.severity() == Severity.ERROR);
                assertEquals(broken, loaded.configuration() == null);
                Server server = loaded.valid().server();
                for (boolean strict : new boolean[] {false, true}) {
                    RouteTable table = RouteTable.of(server, strict);
                    assertEquals(server.defaultHost(), table.host(null).host().name());
                }
            }
        } catch (ConfigException refused) {
            assertTrue(List.of(ConfigException.Code.values()).contains(refused.code()));
        }
    }

    private static void assertFitToBePrinted(Problem problem) {
        String line = problem.toString();
        assertTrue(line.chars().noneMatch(Character::isISOControl), line);
    }

    private static Path file() {
        try {
            Path file = Files.createTempFile("lurcher-fuzz", ".sqlite");
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
