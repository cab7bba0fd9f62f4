package dev.lurcher.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lurcher.protocol.ProtocolException.Code;
import dev.lurcher.protocol.testing.Golden;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReplyWriterTest {
    /** Replies in the form that the writer chooses: no leading zeros, no space after the last id. */
    static List<Golden.Vector> replies() {
        return Golden.read("replies").stream()
                .filter(v -> v.has("targets") && !v.text("targets").isEmpty())
                .filter(v -> !v.name().startsWith("leading-") && !v.name().startsWith("trailing-"))
                .filter(v -> !v.name().equals("128-targets"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("replies")
    void writesGoldenReplies(Golden.Vector vector) {
        String sender = vector.text("sender");
        long[] targets = Arrays.stream(vector.text("targets").split(" "))
                .mapToLong(Long::parseLong)
                .toArray();
        byte[] payload = vector.bytes("payload");
        byte[] frame;
        if (vector.text("extended").equals("yes")) {
            ExtendedReply reply = ExtendedReply.read(ByteBuffer.wrap(payload), TNetString.Limits.DEFAULT);
            frame = ReplyWriter.extended(sender, targets, reply);
        } else if (payload.length == 0) {
            frame = ReplyWriter.close(sender, targets);
        } else {
            frame = ReplyWriter.reply(sender, targets, payload);
        }
        assertEquals(vector.text("frame"), new String(frame, ISO_8859_1));
    }

    static List<Golden.Vector> controls() {
        return Golden.read("replies").stream()
                .filter(v -> v.name().startsWith("control-"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("controls")
    void writesGoldenControl(Golden.Vector vector) {
        WorkerControl control = WorkerControl.read(ByteBuffer.wrap(vector.bytes("payload")), TNetString.Limits.DEFAULT);
        byte[] frame = ReplyWriter.control(vector.text("sender"), control);
        assertEquals(vector.text("frame"), new String(frame, ISO_8859_1));
    }

    @Test
    void joinsPartsOfThePayload() {
        byte[] frame = ReplyWriter.reply("S", new long[] {1}, bytes("head "), bytes(""), bytes("content"));
        assertEquals("S 1:1, head content", new String(frame, ISO_8859_1));
    }

    @Test
    void refusesWhatTheBrokerWouldRefuse() {
        assertEquals(Code.BAD_SENDER, refusal("", 1));
        assertEquals(Code.BAD_SENDER, refusal("this.is.wrong", 1));
        assertEquals(Code.BAD_SENDER, refusal("a b", 1));
        assertEquals(Code.BAD_SENDER, refusal("\u0430", 1));
        assertEquals(Code.NO_TARGET, refusal("S"));
        assertEquals(Code.BAD_ID, refusal("S", 1, -1));
        var thrown = assertThrows(ProtocolException.class, () -> ReplyWriter.control("a.b", new WorkerControl.Drain()));
        assertEquals(Code.BAD_SENDER, thrown.code());
    }

    private static Code refusal(String sender, long... ids) {
        return assertThrows(ProtocolException.class, () -> ReplyWriter.close(sender, ids))
                .code();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
