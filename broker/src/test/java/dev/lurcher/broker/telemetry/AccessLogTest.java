package dev.lurcher.broker.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessLogTest {
    private static final AccessStyle JSON = AccessStyle.all(AccessFormat.JSON, "main");

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    private AccessLog open(Path file) {
        return AccessLog.open(file.toString(), JSON);
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "in time");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    private static int lines(Path file) {
        try {
            return Files.readAllLines(file).size();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void appendsALineForEachExchange() throws IOException {
        Path file = Files.writeString(directory.resolve("access.log"), "before\n");
        try (AccessLog log = new AccessLog(
                file.toString(), AccessStyle.all(AccessFormat.MONGREL2, "main"), 1 << 16, () -> 1_795_248_835_500L)) {
            log.write(Logged.GET);
            log.write(Logged.of("POST", "/x", null));
        }
        assertEquals(
                List.of(
                        "before",
                        "83:9:localhost,9:127.0.0.1,5:38700#10:1795248833#3:GET,4:/j/1,8:HTTP/1.1,3:200#4:1234#]",
                        "82:9:localhost,9:127.0.0.1,5:38700#10:1795248833#4:POST,2:/x,8:HTTP/1.1,3:200#4:1234#]"),
                Files.readAllLines(file));
    }

    @Test
    void wakesUpForALineAfterALongSilence() {
        Path file = directory.resolve("access.log");
        try (AccessLog log = open(file)) {
            for (int i = 1; i <= 3; i++) {
                await(() -> writerThread().getState() == Thread.State.WAITING);
                log.write(Logged.GET);
                int expected = i;
                await(() -> lines(file) == expected);
            }
        }
    }

    private static Thread writerThread() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("access-log"))
                .findFirst()
                .orElseThrow();
    }

    /** Four loops write, somebody rotates all the time: every line is in exactly one file, and whole. */
    @Test
    void losesNoLineWhenFilesAreRotatedUnderLoad() throws Exception {
        int loops = 4;
        int each = 25_000;
        int atOnce = 500; // fits into a ring
        AtomicInteger rotations = new AtomicInteger();
        Path file = directory.resolve("access.log");
        try (AccessLog log = open(file)) {
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < loops; t++) {
                int loop = t;
                threads.add(Thread.ofPlatform().daemon().start(() -> {
                    for (int i = 0; i < each; i++) {
                        log.write(Logged.of("GET", "/" + loop + "/" + i, null));
                        if (i % atOnce == atOnce - 1) {
                            // The writer may be kept waiting for long: what has been written must have left the ring.
                            int after = rotations.get() + 2;
                            while (rotations.get() < after) {
                                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                            }
                        }
                    }
                }));
            }
            while (threads.stream().anyMatch(Thread::isAlive)) {
                Files.move(file, directory.resolve("access.log." + rotations));
                log.reopen().toCompletableFuture().get(10, TimeUnit.SECONDS);
                rotations.incrementAndGet();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            log.close();
            assertEquals(0, log.dropped());
        }
        Set<String> paths = new HashSet<>();
        int files = 0;
        try (Stream<Path> all = Files.list(directory)) {
            for (Path each1 : all.toList()) {
                files++;
                for (String line : Files.readAllLines(each1)) {
                    assertTrue(line.startsWith("{\"time\":") && line.endsWith("}"), line);
                    assertTrue(paths.add(line.replaceAll(".*\"path\":\"([^\"]*)\".*", "$1")), line);
                }
            }
        }
        assertTrue(files > 2, "several files: " + files);
        assertEquals(loops * each, paths.size());
    }

    /** A pipe that nobody reads stops the writer; the loops must not notice. */
    @Test
    void dropsAndCountsLinesWhenTheRingIsFull() throws Exception {
        Path pipe = directory.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        // Opened for both ways so that the log's opening does not wait for a reader.
        try (var both = new java.io.RandomAccessFile(pipe.toFile(), "rw")) {
            assertNotNull(both);
            AccessLog log = new AccessLog(pipe.toString(), JSON, 1 << 16, System::currentTimeMillis);
            long start = System.nanoTime();
            int written = 20_000;
            for (int i = 0; i < written; i++) {
                log.write(Logged.GET);
            }
            assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(10), "did not wait");
            long dropped = log.dropped();
            assertTrue(dropped > 0, "some were dropped");
            // Whoever reads gets all the others, none of them broken.
            Process reader =
                    new ProcessBuilder("head", "-n", String.valueOf(written - dropped), pipe.toString()).start();
            Collection<String> lines = reader.inputReader().lines().toList();
            assertEquals(written - dropped, lines.size());
            assertTrue(lines.stream().allMatch(line -> line.startsWith("{\"time\":") && line.endsWith("}")));
            log.close();
        }
    }

    @Test
    void countsFailedWritesAndRecoversWithoutARestart() throws Exception {
        Path file = directory.resolve("access.log");
        Files.createSymbolicLink(file, Path.of("/dev/full"));
        try (AccessLog log = open(file)) {
            log.write(Logged.of("GET", "/1", null));
            await(() -> log.failures() >= 2);
            log.write(Logged.of("GET", "/2", null));
            assertEquals(0, log.dropped(), "what could not be written is kept");
            Files.delete(file);
            log.reopen().toCompletableFuture().get(10, TimeUnit.SECONDS);
            await(() -> lines(file) == 2);
            log.write(Logged.of("GET", "/3", null));
            await(() -> lines(file) == 3);
            assertEquals(0, log.dropped());
        }
    }

    @Test
    void countsWhatIsLostWhenAFullDiskIsClosed() throws IOException {
        Path file = directory.resolve("access.log");
        Files.createSymbolicLink(file, Path.of("/dev/full"));
        AccessLog log = open(file);
        for (int i = 0; i < 10; i++) {
            log.write(Logged.GET);
        }
        log.close();
        assertEquals(10, log.dropped());
        log.write(Logged.GET);
        assertEquals(11, log.dropped(), "after the end as well");
        log.reopen().toCompletableFuture().join();
    }

    @Test
    void saysWhyAFileCannotBeOpened() throws IOException {
        Path missing = directory.resolve("logs").resolve("access.log");
        TelemetryException thrown = assertThrows(TelemetryException.class, () -> open(missing));
        assertEquals(TelemetryException.Code.CANNOT_OPEN, thrown.code());
        assertEquals(
                "cannot open the access log " + missing + ": there is no directory " + missing.getParent()
                        + ". Fix: mkdir -p " + missing.getParent(),
                thrown.getMessage());
        assertTrue(refusal(directory.toString()).contains("that is a directory"));
        assertTrue(refusal("a\0b").contains("that is no file name"));
    }

    private static String refusal(String target) {
        return String.valueOf(assertThrows(TelemetryException.class, () -> AccessLog.open(target, JSON))
                .getMessage());
    }

    @Test
    void keepsTheOldFileWhenTheNewOneCannotBeOpened() throws Exception {
        Path logs = Files.createDirectory(directory.resolve("logs"));
        Path moved = directory.resolve("moved");
        try (AccessLog log = open(logs.resolve("access.log"))) {
            log.write(Logged.GET);
            Files.move(logs, moved);
            CompletionException thrown = assertThrows(
                    CompletionException.class,
                    () -> log.reopen().toCompletableFuture().join());
            assertTrue(thrown.getCause() instanceof TelemetryException);
            log.write(Logged.GET);
            await(() -> lines(moved.resolve("access.log")) == 2);
        }
    }

    @Test
    void logsWhatTheFilterWants() throws IOException {
        Path file = directory.resolve("access.log");
        AccessFilter failures = AccessFilter.of("5xx", Duration.ofSeconds(3));
        try (AccessLog log = AccessLog.open(
                file.toString(), new AccessStyle(AccessFormat.PATTERN, "{status} {path}", failures, "main"))) {
            log.write(Logged.GET);
            log.write(Logged.ended(500, 10));
            log.write(Logged.ended(200, 3_000_000));
        }
        assertEquals(List.of("500 /j/1", "200 /j/1"), Files.readAllLines(file));
    }
}
