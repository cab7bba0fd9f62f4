package dev.lurcher.broker.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Random answers, sound and damaged, followed by one recogniser. */
class AnswerProperties {
    private final AnswerRecogniser recogniser = new AnswerRecogniser();

    @Property(tries = 1000)
    void theEndOfASoundAnswerIsFound(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] answer = answer(random).getBytes(ISO_8859_1);
        byte[] behind = RequestProperties.text("HTTP/1.\r\n0a", 0, 20, random).getBytes(ISO_8859_1);
        byte[] wire = new byte[answer.length + behind.length];
        System.arraycopy(answer, 0, wire, 0, answer.length);
        System.arraycopy(behind, 0, wire, answer.length, behind.length);
        assertEquals(answer.length, feed(DecoderRig.split(wire, random)));
        assertEquals(AnswerRecogniser.State.END, recogniser.state());
        assertTrue(recogniser.keepsConnection());
    }

    @Property(tries = 2000)
    void aDamagedAnswerGetsOneVerdictHoweverSplit(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] damaged = RequestProperties.damage(answer(random).getBytes(ISO_8859_1), random);
        int taken = feed(damaged);
        AnswerRecogniser.State state = recogniser.state();
        int status = recogniser.status();
        for (int i = 0; i < 3; i++) {
            assertEquals(taken, feed(DecoderRig.split(damaged, random)), () -> WireText.text(damaged));
            assertEquals(state, recogniser.state(), () -> WireText.text(damaged));
            assertEquals(status, recogniser.status(), () -> WireText.text(damaged));
        }
    }

    @Property(tries = 500)
    void arbitraryBytesNeverThrow(@ForAll byte[] bytes) {
        assertTrue(feed(bytes) <= bytes.length);
    }

    private static String answer(Random random) {
        String content = RequestProperties.text("\r\n0123456789abcdef: HTTP/", 0, 100, random);
        StringBuilder wire = new StringBuilder();
        for (int i = random.nextInt(3); i > 1; i--) {
            wire.append("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n");
        }
        wire.append("HTTP/1.1 2").append(random.nextBoolean() ? "00 OK\r\n" : "01\r\n");
        boolean chunked = random.nextBoolean();
        for (int i = random.nextInt(4); i > 0; i--) {
            wire.append("X-")
                    .append(RequestProperties.text("abcT", 1, 9, random))
                    .append(": y\r\n");
        }
        wire.append(chunked ? "transfer-encoding:chunked" : "content-length: " + content.length());
        return wire.append("\r\n\r\n")
                .append(chunked ? RequestProperties.chunks(content, random) : content)
                .toString();
    }

    private int feed(byte[]... pieces) {
        recogniser.reset(false);
        int taken = 0;
        for (byte[] piece : pieces) {
            ByteBuf frame = Unpooled.wrappedBuffer(piece);
            taken += recogniser.feed(frame, 0, piece.length);
            frame.release();
        }
        return taken;
    }
}
