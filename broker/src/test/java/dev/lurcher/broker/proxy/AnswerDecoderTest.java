package dev.lurcher.broker.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.http.WireText;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row of answers.txt, however it is split: one verdict. */
class AnswerDecoderTest {
    static Stream<Arguments> rows() {
        return WireText.table("/proxy/answers.txt").stream().map(row -> Arguments.of(row[1], row[0], row[2]));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void givesTheSameVerdictHoweverSplit(String name, String expected, String text) {
        byte[] bytes = WireText.bytes(text);
        boolean head = name.endsWith("to HEAD");
        assertEquals(expected, DecodedAnswer.verdict(head, bytes), "in one piece");
        assertEquals(expected, DecodedAnswer.verdict(head, single(bytes)), "byte by byte");
        for (int at = 1; at < Math.min(bytes.length, 300); at++) {
            byte[] second = Arrays.copyOfRange(bytes, at, bytes.length);
            assertEquals(expected, DecodedAnswer.verdict(head, Arrays.copyOf(bytes, at), second), "split at " + at);
        }
    }

    private static byte[][] single(byte[] bytes) {
        byte[][] pieces = new byte[bytes.length][];
        for (int i = 0; i < bytes.length; i++) {
            pieces[i] = new byte[] {bytes[i]};
        }
        return pieces;
    }

    @Test
    void theTableHasAtLeastAHundredOddAnswers() {
        assertTrue(rows().count() >= 100);
    }
}
