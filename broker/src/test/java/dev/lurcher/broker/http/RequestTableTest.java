package dev.lurcher.broker.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row of requests.txt, however it is split and however fast the receiver is: one verdict. */
class RequestTableTest {
    private static final List<String[]> TABLE = WireText.table("/http/requests.txt");
    private static final int SHORT_BYTES = 400;

    static Stream<Arguments> rows() {
        return TABLE.stream().map(row -> Arguments.of(row[1], WireText.repeat(row[0]), row[2]));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void givesTheSameVerdictHoweverSplit(String name, String expected, String text) {
        byte[] bytes = WireText.bytes(text);
        for (DecoderRig.Pace pace : DecoderRig.Pace.values()) {
            assertEquals(expected, DecoderRig.verdict(pace, bytes), () -> "unsplit, " + pace);
            if (bytes.length <= SHORT_BYTES) {
                String verdict = DecoderRig.verdict(pace, DecoderRig.single(bytes));
                assertEquals(expected, verdict, () -> "byte by byte, " + pace);
            }
        }
        if (bytes.length <= SHORT_BYTES) {
            for (int at = 1; at < bytes.length; at++) {
                byte[] first = Arrays.copyOf(bytes, at);
                byte[] second = Arrays.copyOfRange(bytes, at, bytes.length);
                String verdict = DecoderRig.verdict(DecoderRig.Pace.AT_ONCE, first, second);
                assertEquals(expected, verdict, "split at " + at);
            }
        }
        Random random = new Random(name.hashCode());
        for (int i = 0; i < 8; i++) {
            byte[][] pieces = DecoderRig.split(bytes, random);
            assertEquals(expected, DecoderRig.verdict(DecoderRig.Pace.AFTER_READ, pieces), "random split " + i);
        }
    }

    @Test
    void holdsAtLeastTheCasesPromised() {
        Set<String> names = new HashSet<>();
        for (String[] row : TABLE) {
            assertTrue(names.add(row[1]), () -> "twice: " + row[1]);
        }
        long refused = TABLE.stream()
                .filter(row -> row[0].matches("(.*; )?[45]\\d\\d"))
                .count();
        assertTrue(refused >= 150, () -> "only " + refused);
    }
}
