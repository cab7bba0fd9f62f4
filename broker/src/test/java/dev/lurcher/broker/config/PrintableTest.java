package dev.lurcher.broker.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PrintableTest {
    @Test
    void showsWhatWouldMoveTheCursorOrHide() {
        assertEquals("a\\u001b[2Jb\\u000a\\u202ec", Printable.of("a\u001b[2Jb\n\u202ec", 100));
        assertEquals("Grüße 🐕", Printable.of("Grüße 🐕", 100));
    }

    @Test
    void cutsWhatIsLong() {
        assertEquals("🐕🐕...", Printable.of("🐕🐕🐕", 2));
        assertEquals("🐕🐕🐕", Printable.of("🐕🐕🐕", 3));
    }

    @Test
    void countsWhatItShowsInsteadOfWhatItIsGiven() {
        assertEquals("a\\u0000...", Printable.of("a\0\0", 12));
        assertEquals("a\\u0000\\u0000", Printable.of("a\0\0", 13));
    }
}
