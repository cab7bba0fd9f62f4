package dev.lurcher.broker.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.netty.util.AsciiString;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownFieldsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"Host", "Connection", "Content-Length", "Transfer-Encoding", "Expect", "User-Agent", "Accept"})
    void knowsNamesInAnyCase(String name) {
        AsciiString known = known(name);
        assertEquals(name.toLowerCase(Locale.ROOT), known.toString());
        assertSame(known, known(name.toLowerCase(Locale.ROOT)));
        assertSame(known, known(name.toUpperCase(Locale.ROOT)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"X", "Hos_", "hostt", "Content_Length", "H\u0000st", "Xontent-Length", "CONTENT\rLENGTH", "hosT1"
            })
    void keepsOtherNamesAsTheyAre(String name) {
        assertEquals(name, known(name).toString());
    }

    @Test
    void doesNotTakeMarksForLetters() {
        // [ and { differ in the bit that tells capitals from small letters; so do @ and `, ^ and ~.
        assertEquals("te`", known("te`").toString());
        assertEquals("x-real\rip", known("x-real\rip").toString());
    }

    private static AsciiString known(String name) {
        byte[] line = (">>" + name + ": x").getBytes(US_ASCII);
        return KnownFields.name(line, 2, name.length());
    }
}
