package dev.lurcher.worker;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ContentStreamTest {
    private final List<Long> grants = new ArrayList<>();
    private final ContentStream stream = new ContentStream(bytes("one,"), grants::add);

    @Test
    void joinsThePartsThatCome() throws Exception {
        stream.add(bytes("two,"), false);
        stream.add(bytes(""), false);
        stream.add(bytes("three"), true);
        assertEquals("one,two,three", new String(stream.readAllBytes(), US_ASCII));
        assertEquals(-1, stream.read());
    }

    @Test
    void asksForNothingBeforeItIsRead() throws Exception {
        assertEquals('o', stream.read());
        assertEquals(List.of(), grants);
        assertEquals(3, stream.available());
    }

    @Test
    void asksForAsMuchAsWasReadInLargeSteps() throws Exception {
        stream.readNBytes(4);
        for (int i = 0; i < 8; i++) {
            stream.add(new byte[64 * 1024], false);
        }
        stream.readNBytes(8 * 64 * 1024);
        assertEquals(List.of(256L * 1024, 128L * 1024, 128L * 1024, 128L * 1024), grants);
    }

    @Test
    void asksForNoMoreWhenAllHasCome() throws Exception {
        stream.add(new byte[1024 * 1024], true);
        assertEquals(1024 * 1024 + 4, stream.readAllBytes().length);
        assertEquals(List.of(), grants);
    }

    @Test
    void waitsForWhatHasNotCome() throws Exception {
        CompletableFuture<String> read = CompletableFuture.supplyAsync(() -> {
            try {
                return new String(stream.readAllBytes(), US_ASCII);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        stream.add(bytes("two"), false);
        stream.add(bytes(""), true);
        assertEquals("one,two", read.get(20, TimeUnit.SECONDS));
    }

    @Test
    void failsWhenTheRestWillNotCome() throws Exception {
        stream.add(bytes("two"), false);
        stream.end("the client is gone");
        assertEquals("one,two", new String(stream.readNBytes(7), US_ASCII));
        assertEquals(
                "the client is gone",
                assertThrows(IOException.class, stream::read).getMessage());
    }

    @Test
    void doesNotMindAnEndAfterAll() throws Exception {
        stream.add(bytes("two"), true);
        stream.end("the client is gone");
        assertEquals(7, stream.readAllBytes().length);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(US_ASCII);
    }
}
