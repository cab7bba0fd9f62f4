package dev.lurcher.broker.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.DirectoryPolicy;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.loop.EventLoops.Transport;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.testing.Await;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.RawClient;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Large files, files that change while they are served, and many who want them. */
class FileChangesIT {
    private static final int LARGE = 5_000_000;
    private static final int HUGE = 64 << 20;

    @TempDir
    private Path root;

    private Folder folder = new Folder(Path.of("/"));

    @BeforeEach
    void fill() throws IOException {
        folder = new Folder(Files.createDirectory(root.resolve("static")));
    }

    private BrokerHarness.Builder builder() {
        return BrokerHarness.builder().directory("/", folder.path(), DirectoryPolicy.USUAL);
    }

    private static byte[] content(RawClient client) throws IOException {
        String answer = client.answer();
        return answer.substring(answer.indexOf("\r\n\r\n") + 4).getBytes(ISO_8859_1);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void sendsALargeFileWholeAndGoesOn(Transport transport) throws Exception {
        byte[] expected = folder.large("large.bin", LARGE);
        try (BrokerHarness broker = builder().on(transport).start();
                RawClient client = broker.client()) {
            for (int i = 0; i < 3; i++) {
                assertArrayEquals(expected, content(client.get("/large.bin")));
            }
            awaitNothingOpen("large.bin");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void endsTheConnectionWhenAFileBecomesShorter(Transport transport) throws Exception {
        List<String> log = new CopyOnWriteArrayList<>();
        Path file = folder.file("shrinks.bin", new byte[0]);
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(HUGE);
        }
        try (BrokerHarness broker = builder()
                        .on(transport)
                        .log(record -> log.add(record.reason()))
                        .start();
                RawClient client = broker.client()) {
            client.get("/shrinks.bin");
            assertTrue(client.head().contains("Content-Length: " + HUGE + "\r\n"));
            client.exactly(1000);
            try (RandomAccessFile shorter = new RandomAccessFile(file.toFile(), "rw")) {
                shorter.setLength(1000);
            }
            assertTrue(client.untilEnd().length() < HUGE - 1000);
            Await.until("it is logged", () -> log.size() == 1);
            awaitNothingOpen("shrinks.bin");
        }
    }

    @Test
    void goesOnWithTheFileThatWasOpenedWhenAnotherTakesItsName() throws Exception {
        byte[] old = folder.large("replaced.bin", LARGE);
        byte[] young = folder.large("young.bin", LARGE - 1);
        try (BrokerHarness broker = builder().start();
                RawClient client = broker.client()) {
            client.get("/replaced.bin");
            String head = client.head();
            assertTrue(head.contains("Content-Length: " + LARGE + "\r\n"), head);
            Files.move(
                    folder.path().resolve("young.bin"),
                    folder.path().resolve("replaced.bin"),
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.ATOMIC_MOVE);
            assertEquals(new String(old, ISO_8859_1), client.exactly(LARGE));
            assertArrayEquals(young, content(client.get("/replaced.bin")));
        }
    }

    @Test
    void seesAChangeOfASmallFileWithinASecondOrTwo() throws Exception {
        folder.file("small.txt", "old");
        try (BrokerHarness broker = builder().start();
                RawClient client = broker.client()) {
            assertEquals("old", new String(content(client.get("/small.txt")), ISO_8859_1));
            // The same size and the same date: only what nobody can set back tells.
            folder.file("small.txt", "new");
            Await.until("the new content", () -> {
                try {
                    return new String(content(client.get("/small.txt")), ISO_8859_1).equals("new");
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            Files.delete(folder.path().resolve("small.txt"));
            Await.until("nothing", () -> {
                try {
                    return client.get("/small.txt").answer().startsWith("HTTP/1.1 404 ");
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    @Test
    void servesAFileThatGrowsAllTheTime() throws Exception {
        Path file = folder.file("log.txt", "0");
        try (BrokerHarness broker =
                        builder().with(Setting.DIRECTORY_CACHE_BYTES, "0").start();
                RawClient client = broker.client()) {
            for (int i = 0; i < 50; i++) {
                Files.writeString(file, "0".repeat(i * 100));
                String answer = client.get("/log.txt").answer();
                assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
            }
        }
    }

    @Test
    void closesTheFileOfAClientThatLeaves() throws Exception {
        Path file = folder.file("left.bin", new byte[0]);
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(HUGE);
        }
        try (BrokerHarness broker = builder().start()) {
            for (int i = 0; i < 20; i++) {
                try (RawClient client = broker.client()) {
                    client.get("/left.bin").head();
                    if (i % 2 == 0) {
                        client.reset();
                    }
                }
            }
            awaitNothingOpen("left.bin");
            Await.until("all are told of", () -> broker.broker().counters().get(Counter.CLIENT_GONE) == 20);
        }
    }

    @Test
    void cutsAClientThatTakesNothing() throws Exception {
        Path file = folder.file("slow.bin", new byte[0]);
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(HUGE);
        }
        try (BrokerHarness broker = builder().with(Setting.WRITE_IDLE, "300ms").start();
                RawClient client = broker.client()) {
            client.get("/slow.bin");
            Await.until("it is cut", () -> broker.broker().counters().get(Counter.SLOW_CLIENT) == 1);
            awaitNothingOpen("slow.bin");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void servesManyAtOnce(Transport transport) throws Exception {
        byte[] large = folder.large("large.bin", 2_000_000);
        byte[] small = folder.large("small.bin", 3_000);
        try (BrokerHarness broker =
                        builder().on(transport).with(Setting.EVENT_LOOPS, "2").start();
                ExecutorService clients = Executors.newFixedThreadPool(20)) {
            List<Callable<Boolean>> jobs = IntStream.range(0, 60)
                    .<Callable<Boolean>>mapToObj(job -> () -> {
                        try (RawClient client = broker.client()) {
                            for (int i = 0; i < 10; i++) {
                                assertArrayEquals(small, content(client.get("/small.bin")));
                                if ((i + job) % 5 == 0) {
                                    assertArrayEquals(large, content(client.get("/large.bin")));
                                }
                            }
                            return true;
                        }
                    })
                    .toList();
            for (Future<Boolean> done : clients.invokeAll(jobs)) {
                assertTrue(done.get());
            }
            awaitNothingOpen("large.bin");
        }
    }

    /** Looks at what this process has open. */
    static void awaitNothingOpen(String name) {
        Await.until(name + " is closed", () -> {
            try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
                return open.noneMatch(link -> {
                    try {
                        return Files.readSymbolicLink(link).endsWith(name);
                    } catch (IOException e) {
                        return false;
                    }
                });
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
