package dev.lurcher.broker.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceParentTest {
    @ParameterizedTest
    @CsvSource({
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01, true",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00, true",
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-comes, true",
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01, true",
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.what, false",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more, false",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01, false",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01, false",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01, false",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01, false",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g, false",
        "00-4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7-01, false",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7, false",
        "'', false"
    })
    void readsWhatTheStandardAllows(String value, boolean sound) {
        assertEquals(sound, TraceParent.isSound(value));
    }

    @Test
    void beginsTracesOfItsOwn() {
        String one = TraceParent.begun(0xab, false);
        String other = TraceParent.begun(0, true);
        assertTrue(one.matches("00-[0-9a-f]{32}-00000000000000ab-00"), one);
        assertTrue(other.matches("00-[0-9a-f]{32}-0000000000000001-01"), other);
        assertTrue(TraceParent.isSound(one) && TraceParent.isSound(other));
        assertNotEquals(one.substring(3, 35), TraceParent.begun(0xab, false).substring(3, 35));
    }
}
