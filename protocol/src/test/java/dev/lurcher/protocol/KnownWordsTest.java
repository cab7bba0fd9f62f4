package dev.lurcher.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownWordsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "PATH",
                "METHOD",
                "GET",
                "HTTP/1.1",
                "host",
                "user-agent",
                "x-forwarded-for",
                "/",
                "127.0.0.1",
                ""
            })
    void knowsWhatIsInNearlyEveryRequest(String word) {
        byte[] bytes = (">" + word + "<").getBytes(ISO_8859_1);
        String found = KnownWords.find(bytes, 1, word.length());
        assertEquals(word, found);
        assertSame(found, KnownWords.find(bytes, 1, word.length()));
    }

    @Test
    void takesNothingForAnother() {
        for (String other : new String[] {"PATh", "host\0", "hoost", "x", "\u00ff", "Host", "/a"}) {
            assertNull(KnownWords.find(other.getBytes(ISO_8859_1), 0, other.length()), other);
        }
    }
}
