package dev.lurcher.broker.upload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.testing.Await;
import dev.lurcher.broker.upload.UploadException.Code;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UploadStoreTest {
    private final EventExecutor loop = new DefaultEventExecutor();

    @TempDir
    private Path folder;

    @AfterEach
    void endLoop() throws InterruptedException {
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).await();
    }

    @Test
    void keepsWhatCameInTheOrderInWhichItCame() throws Exception {
        try (UploadStore store = UploadStore.open(place("0600", 0))) {
            Hearer hearer = new Hearer();
            byte[] content = new byte[1 << 20];
            new Random(1).nextBytes(content);
            UploadFile file = begin(store, hearer, -1);
            Path path = Path.of(hearer.opened());
            onLoop(() -> {
                for (int at = 0; at < content.length; ) {
                    int length = Math.min(1 + (at * 7) % 50_000, content.length - at);
                    file.write(Unpooled.copiedBuffer(content, at, length));
                    at += length;
                }
                file.finish();
            });
            hearer.awaitWord("kept");
            assertArrayEquals(content, Files.readAllBytes(path));
            assertEquals(content.length, store.usedBytes());
        }
        assertEquals(1, files().size(), "only the kept file stays");
    }

    @ParameterizedTest
    @CsvSource({"0600, rw-------", "0644, rw-r--r--", "384, rw-------", "0x1a4, rw-r--r--", "0777, rwxrwxrwx"})
    void givesFilesTheirMode(String mode, String permissions) throws Exception {
        try (UploadStore store = UploadStore.open(place(mode, 0))) {
            Hearer hearer = new Hearer();
            begin(store, hearer, 0);
            Path path = Path.of(hearer.opened());
            assertEquals(permissions, PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "rw", "09", "07777", "-1"})
    void refusesOtherModes(String mode) {
        UploadException thrown = assertThrows(UploadException.class, () -> place(mode, 0));
        assertEquals(Code.BAD_MODE, thrown.code());
    }

    @ParameterizedTest
    @ValueSource(strings = {"XXXXX", "/tmp/up.XXXXXx", "/tmp/up", "/tmp/\0XXXXXX", "/tmp/a\nXXXXXX"})
    void refusesOtherTemplates(String template) {
        UploadException thrown = assertThrows(UploadException.class, () -> UploadPlace.of("", template, "0600", 0));
        assertEquals(Code.BAD_TEMPLATE, thrown.code());
        assertTrue(String.valueOf(thrown.getMessage()).contains("ends with XXXXXX"));
    }

    @Test
    void tellsWorkersThePathBelowTheRoot() throws Exception {
        UploadPlace place = UploadPlace.of(folder.toString(), "\u00fc.XXXXXX", "0600", 0);
        try (UploadStore store = UploadStore.open(place)) {
            Hearer hearer = new Hearer();
            begin(store, hearer, 0);
            String told = hearer.opened();
            assertTrue(told.startsWith("\u00c3\u00bc."), told);
            assertTrue(Files.exists(folder.resolve("\u00fc." + told.substring(3))));
        }
    }

    @Test
    void saysThatTheFolderIsMissing() {
        UploadPlace place = UploadPlace.of("", folder + "/none/up.XXXXXX", "0600", 0);
        UploadException thrown = assertThrows(UploadException.class, () -> UploadStore.open(place));
        assertEquals(Code.BAD_FOLDER, thrown.code());
        assertTrue(String.valueOf(thrown.getMessage()).contains(folder + "/none"));
    }

    @Test
    void deletesWhatIsDiscardedCompleteOrNot() throws Exception {
        try (UploadStore store = UploadStore.open(place("0600", 0))) {
            Hearer first = new Hearer();
            UploadFile unfinished = begin(store, first, 0);
            Path one = Path.of(first.opened());
            onLoop(() -> unfinished.write(Unpooled.wrappedBuffer(new byte[1000])));
            Hearer second = new Hearer();
            UploadFile whole = begin(store, second, 0);
            Path other = Path.of(second.opened());
            onLoop(() -> {
                whole.write(Unpooled.wrappedBuffer(new byte[1000]));
                whole.finish();
            });
            second.awaitWord("kept");
            onLoop(unfinished::discard);
            onLoop(whole::discard);
            Await.until("both are gone", () -> !Files.exists(one) && !Files.exists(other) && store.usedBytes() == 0);
        }
        assertEquals(List.of(), files());
    }

    @Test
    void holdsAClientThatIsFasterThanTheDisk() throws Exception {
        try (UploadStore store = UploadStore.open(place("0600", 0))) {
            Hearer hearer = new Hearer();
            UploadFile file = begin(store, hearer, 0);
            hearer.opened();
            BlockingQueue<Boolean> room = new LinkedBlockingQueue<>();
            onLoop(() -> {
                boolean more = true;
                for (int i = 0; i < 10_000 && more; i++) {
                    more = file.write(Unpooled.wrappedBuffer(new byte[UploadFile.HOLD_BYTES]));
                }
                room.add(more);
            });
            if (!room.take()) {
                hearer.awaitWord("room");
            }
            onLoop(file::discard);
        }
    }

    @Test
    void boundsWhatAllTakeTogether() throws Exception {
        try (UploadStore store = UploadStore.open(place("0600", 10_000))) {
            Hearer announced = new Hearer();
            begin(store, announced, 10_001);
            announced.awaitWord("failed BOUND");

            Hearer first = new Hearer();
            UploadFile kept = begin(store, first, 6000);
            Path path = Path.of(first.opened());
            onLoop(() -> {
                kept.write(Unpooled.wrappedBuffer(new byte[6000]));
                kept.finish();
            });
            first.awaitWord("kept");

            Hearer second = new Hearer();
            UploadFile tooMuch = begin(store, second, 0);
            Path gone = Path.of(second.opened());
            onLoop(() -> tooMuch.write(Unpooled.wrappedBuffer(new byte[4001])));
            second.awaitWord("failed BOUND");
            assertFalse(Files.exists(gone));
            assertEquals(6000, store.usedBytes());

            // The worker has taken it.
            Files.delete(path);
            Hearer third = new Hearer();
            UploadFile fits = begin(store, third, 10_000);
            third.opened();
            onLoop(() -> {
                fits.write(Unpooled.wrappedBuffer(new byte[10_000]));
                fits.finish();
            });
            third.awaitWord("kept");
            assertEquals(10_000, store.usedBytes());
        }
    }

    @Test
    void forgetsWhatWorkersHaveTaken() throws Exception {
        try (UploadStore store = UploadStore.open(place("0600", 0))) {
            for (int i = 0; i < 20; i++) {
                Hearer hearer = new Hearer();
                UploadFile file = begin(store, hearer, 0);
                Path path = Path.of(hearer.opened());
                onLoop(() -> {
                    file.write(Unpooled.wrappedBuffer(new byte[100]));
                    file.finish();
                });
                hearer.awaitWord("kept");
                Files.delete(path);
            }
            assertTrue(store.usedBytes() <= 200, store.usedBytes() + " bytes are thought to be there");
        }
    }

    @Test
    void whatComesAfterAFailureIsDropped() throws Exception {
        try (UploadStore store = UploadStore.open(place("0600", 10))) {
            Hearer hearer = new Hearer();
            UploadFile file = begin(store, hearer, 0);
            hearer.opened();
            ByteBuf late = Unpooled.directBuffer().writeZero(5);
            onLoop(() -> {
                file.write(Unpooled.wrappedBuffer(new byte[11]));
                file.write(late);
                file.finish();
            });
            hearer.awaitWord("failed BOUND");
            Await.until("it is released", () -> late.refCnt() == 0);
        }
    }

    private UploadPlace place(String mode, long maxBytes) {
        return UploadPlace.of("", folder + "/up.XXXXXX", mode, maxBytes);
    }

    private UploadFile begin(UploadStore store, UploadOwner owner, long announced) throws Exception {
        return loop.submit(() -> store.begin(loop, owner, announced)).get();
    }

    private void onLoop(Runnable what) throws Exception {
        loop.submit(what).get();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    /** Keeps the words that it hears. */
    private static final class Hearer implements UploadOwner {
        private final BlockingQueue<String> words = new LinkedBlockingQueue<>();

        String opened() throws InterruptedException {
            String word = next();
            assertTrue(word.startsWith("opened "), word);
            return word.substring("opened ".length());
        }

        void awaitWord(String wanted) throws InterruptedException {
            String word = next();
            while (word.equals("room") && !wanted.equals("room")) {
                word = next();
            }
            assertEquals(wanted, word);
        }

        private String next() throws InterruptedException {
            String word = words.poll(10, TimeUnit.SECONDS);
            return word == null ? "nothing in ten seconds" : word;
        }

        @Override
        public void onOpened(String path) {
            words.add("opened " + path);
        }

        @Override
        public void onRoom() {
            words.add("room");
        }

        @Override
        public void onKept() {
            words.add("kept");
        }

        @Override
        public void onFailed(UploadFault why) {
            words.add("failed " + why);
        }
    }
}
