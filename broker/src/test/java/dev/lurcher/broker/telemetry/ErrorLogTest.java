package dev.lurcher.broker.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator.ExecutionStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In a logger context of its own: the tests' own log stays as logback-test.xml wants it. */
class ErrorLogTest {
    private final LoggerContext context = new LoggerContext();
    private final Logger logger = context.getLogger("dev.lurcher.broker.http.HttpListener");

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("error.log");
    }

    private ErrorLog open(int level) {
        return ErrorLog.open(context, file.toString(), level);
    }

    @Test
    void writesLinesAsMongrel2Does() throws IOException {
        try (ErrorLog log = open(2)) {
            logger.info("listening on {}", "127.0.0.1:80");
            logger.warn("careful");
            logger.error("bad");
            assertEquals(0, log.failures());
        }
        List<String> lines = Files.readAllLines(file);
        assertEquals(3, lines.size());
        assertTrue(
                lines.get(0)
                        .matches(
                                "[A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT \\[INFO] \\(HttpListener\\)"
                                        + " listening on 127\\.0\\.0\\.1:80"),
                lines.get(0));
        assertTrue(lines.get(1).endsWith(" GMT [WARN] (HttpListener) careful"), lines.get(1));
        assertTrue(lines.get(2).endsWith(" GMT [ERROR] (HttpListener) bad"), lines.get(2));
    }

    @ParameterizedTest
    @CsvSource({"-1, 1, 1", "0, 1, 1", "1, 2, 2", "2, 3, 3", "3, 4, 3", "9, 4, 3"})
    void writesWhatTheLevelAsksFor(int level, int ours, int others) throws IOException {
        try (ErrorLog log = open(2)) {
            log.setLevel(level);
            for (Logger each : List.of(logger, context.getLogger("io.netty.channel"))) {
                each.error("e");
                each.warn("w");
                each.info("i");
                each.debug("d");
                each.trace("t");
            }
        }
        List<String> lines = Files.readAllLines(file);
        assertEquals(
                ours,
                lines.stream().filter(line -> line.contains("(HttpListener)")).count());
        assertEquals(
                others,
                lines.stream().filter(line -> line.contains("(channel)")).count());
    }

    @Test
    void letsNobodyForgeALine() throws IOException {
        try (ErrorLog log = open(2)) {
            logger.warn("path {}", "/\r\nSat, 21 Nov 2026 08:13:13 GMT [INFO] (x) y\u001b[31m\u009b\u007f\u00fc");
            assertEquals(0, log.failures());
        }
        List<String> lines = Files.readAllLines(file);
        assertEquals(1, lines.size());
        assertTrue(
                lines.get(0)
                        .endsWith(
                                "path /\\x0d\\x0aSat, 21 Nov 2026 08:13:13 GMT [INFO] (x) y\\x1b[31m\\x9b\\x7f\u00fc"),
                lines.get(0));
    }

    @Test
    void indentsStackTraces() throws IOException {
        try (ErrorLog log = open(2)) {
            logger.error("failed", new IllegalStateException("first\nsecond\u001b"));
            assertEquals(0, log.failures());
        }
        List<String> lines = Files.readAllLines(file);
        assertTrue(lines.get(0).endsWith("[ERROR] (HttpListener) failed"), lines.get(0));
        assertEquals("    java.lang.IllegalStateException: first", lines.get(1));
        assertEquals("    second\\x1b", lines.get(2));
        assertTrue(lines.get(3).startsWith("        at dev.lurcher."), lines.get(3));
        assertTrue(lines.stream().skip(1).allMatch(line -> line.startsWith("    ")));
    }

    @Test
    void losesNoLineWhenTheFileIsRotated() throws Exception {
        int each = 2_000;
        try (ErrorLog log = open(2)) {
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 3; t++) {
                threads.add(Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < each; i++) {
                        logger.info("line {}", i);
                    }
                }));
            }
            for (int rotation = 0; rotation < 20; rotation++) {
                Files.move(file, directory.resolve("error.log." + rotation));
                log.reopen();
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        int lines = 0;
        try (var all = Files.list(directory)) {
            for (Path each1 : all.toList()) {
                for (String line : Files.readAllLines(each1)) {
                    assertTrue(line.matches(".*GMT \\[INFO] \\(HttpListener\\) line \\d+"), line);
                    lines++;
                }
            }
        }
        assertEquals(3 * each, lines);
    }

    @Test
    void countsWhatCannotBeWrittenAndRecovers() throws IOException {
        Files.createSymbolicLink(file, Path.of("/dev/full"));
        try (ErrorLog log = open(2)) {
            logger.info("one");
            logger.info("two");
            assertEquals(2, log.failures());
            Files.delete(file);
            log.reopen();
            logger.info("three");
            assertEquals(2, log.failures());
            assertEquals(1, Files.readAllLines(file).size());
        }
    }

    @Test
    void saysWhyTheFileCannotBeOpenedAndKeepsTheOldOne() throws IOException {
        Path logs = Files.createDirectory(directory.resolve("logs"));
        file = logs.resolve("error.log");
        try (ErrorLog log = open(2)) {
            Path moved = Files.move(logs, directory.resolve("moved"));
            TelemetryException thrown = assertThrows(TelemetryException.class, log::reopen);
            assertEquals(TelemetryException.Code.CANNOT_OPEN, thrown.code());
            assertEquals(
                    "cannot open the error log " + file + ": there is no directory " + logs + ". Fix: mkdir -p " + logs,
                    thrown.getMessage());
            logger.info("still there");
            assertEquals(1, Files.readAllLines(moved.resolve("error.log")).size());
        }
    }

    @Test
    void leavesTheSayToAConfigurationFile() {
        StartupLog startup = new StartupLog();
        assertEquals(ExecutionStatus.INVOKE_NEXT_IF_ANY, startup.configure(context), "logback-test.xml is there");
    }
}
