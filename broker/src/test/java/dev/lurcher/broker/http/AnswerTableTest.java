package dev.lurcher.broker.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row of answers.txt, however it is split over replies: one verdict. */
class AnswerTableTest {
    private final AnswerRecogniser recogniser = new AnswerRecogniser();

    static Stream<Arguments> rows() {
        return WireText.table("/http/answers.txt").stream().map(row -> Arguments.of(row[1], row[0], row[2]));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void givesTheSameVerdictHoweverSplit(String name, String expected, String text) {
        byte[] bytes = WireText.bytes(text);
        boolean head = name.endsWith("to HEAD");
        assertEquals(expected, verdict(head, bytes), "in one piece");
        assertEquals(expected, verdict(head, DecoderRig.single(bytes)), "byte by byte");
        if (bytes.length <= 300) {
            for (int at = 1; at < bytes.length; at++) {
                byte[] second = Arrays.copyOfRange(bytes, at, bytes.length);
                assertEquals(expected, verdict(head, Arrays.copyOf(bytes, at), second), "split at " + at);
            }
        }
        Random random = new Random(name.hashCode());
        for (int i = 0; i < 10; i++) {
            assertEquals(expected, verdict(head, DecoderRig.split(bytes, random)), "random split " + i);
        }
    }

    /** The same recogniser serves every call, as it serves every exchange of a connection. */
    private String verdict(boolean head, byte[]... pieces) {
        recogniser.reset(head);
        int all = 0;
        int taken = 0;
        for (byte[] piece : pieces) {
            taken += feed(piece);
            all += piece.length;
        }
        int overrun = all - taken;
        String status = recogniser.status() == 0 ? "" : " " + recogniser.status();
        return switch (recogniser.state()) {
            case END ->
                "END" + status + (recogniser.keepsConnection() ? " keep" : " close")
                        + (overrun > 0 ? " +" + overrun : "");
            case CONTENT -> (recogniser.untilClose() ? "CLOSE" : "CONTENT") + status;
            case HEAD, UNKNOWN, BAD, TUNNEL -> recogniser.state() + status;
        };
    }

    private int feed(byte[] piece) {
        // The bytes of an answer stand somewhere inside a reply frame.
        ByteBuf frame =
                (piece.length & 1) == 0 ? Unpooled.buffer(piece.length + 7) : Unpooled.directBuffer(piece.length + 7);
        try {
            frame.writeZero(3).writeBytes(piece).writeZero(4);
            int taken = recogniser.feed(frame, 3, piece.length);
            assertEquals(0, frame.readerIndex());
            return taken;
        } finally {
            frame.release();
        }
    }
}
