package dev.lurcher.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.protocol.ProtocolException.Code;
import dev.lurcher.protocol.testing.Golden;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReplyReaderTest {
    private final ReplyReader reader = new ReplyReader(ReplyWriter.MOST_TARGETS);

    static List<Golden.Vector> accepted() {
        return Golden.read("replies").stream().filter(v -> !v.has("reject")).toList();
    }

    static List<Golden.Vector> refused() {
        return Golden.read("replies").stream().filter(v -> v.has("reject")).toList();
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void readsGoldenReplies(Golden.Vector vector) {
        byte[] frame = vector.bytes("frame");
        reader.read(ByteBuffer.wrap(frame));

        assertTrue(reader.senderIs(vector.bytes("sender")));
        assertEquals(vector.text("extended").equals("yes"), reader.extended());
        assertArrayEquals(expectedTargets(vector), targets(reader));
        assertEquals(vector.text("targets").isEmpty(), reader.isControl());
        assertEquals(
                vector.text("payload"), new String(frame, reader.payloadOffset(), reader.payloadLength(), ISO_8859_1));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusesGoldenReplies(Golden.Vector vector) {
        ByteBuffer frame = ByteBuffer.wrap(vector.bytes("frame"));
        var thrown = assertThrows(ProtocolException.class, () -> reader.read(frame));
        assertEquals(Code.valueOf(vector.text("reject")), thrown.code());
    }

    @Test
    void readsInsideALargerDirectBufferWithoutMovingIt() {
        byte[] bytes = "....IDENT 1:7, hi....".getBytes(ISO_8859_1);
        ByteBuffer frame = ByteBuffer.allocateDirect(bytes.length).put(bytes);
        frame.limit(bytes.length - 4).position(4);

        reader.read(frame);

        assertEquals(4, frame.position());
        assertEquals(bytes.length - 4, frame.limit());
        assertTrue(reader.senderIs("IDENT".getBytes(ISO_8859_1)));
        assertEquals(15, reader.payloadOffset());
        assertEquals(2, reader.payloadLength());
    }

    @Test
    void comparesTheWholeSender() {
        reader.read(frame("IDENT 1:7, hi"));
        assertFalse(reader.senderIs("IDEN".getBytes(ISO_8859_1)));
        assertFalse(reader.senderIs("IDENTS".getBytes(ISO_8859_1)));
        assertFalse(reader.senderIs("IDENt".getBytes(ISO_8859_1)));
    }

    @Test
    void refusedReplyLeavesNothingBehind() {
        reader.read(frame("IDENT 3:X 7, 26:3:ctl,16:6:cancel,4:true!}]"));
        assertThrows(ProtocolException.class, () -> reader.read(frame("IDENT 2:X , B")));
        assertEquals(0, reader.targets());
        assertFalse(reader.extended());
        assertFalse(reader.isControl());
        assertEquals(0, reader.payloadLength());
        assertThrows(IndexOutOfBoundsException.class, () -> reader.target(0));

        reader.read(frame("IDENT 1:7, hi"));
        assertFalse(reader.extended());
        assertEquals(1, reader.targets());
    }

    @Test
    void limitsTargetsToWhatItWasGiven() {
        ReplyReader small = new ReplyReader(2);
        small.read(frame("IDENT 3:1 2, x"));
        assertEquals(2, small.targets());
        var thrown = assertThrows(ProtocolException.class, () -> small.read(frame("IDENT 5:1 2 3, x")));
        assertEquals(Code.TOO_MANY_TARGETS, thrown.code());
        assertThrows(IllegalArgumentException.class, () -> new ReplyReader(0));
    }

    private static long[] expectedTargets(Golden.Vector vector) {
        return Arrays.stream(vector.text("targets").split(" "))
                .filter(id -> !id.isEmpty())
                .mapToLong(Long::parseLong)
                .toArray();
    }

    private static long[] targets(ReplyReader reader) {
        return LongStream.range(0, reader.targets())
                .map(i -> reader.target((int) i))
                .toArray();
    }

    private static ByteBuffer frame(String text) {
        return ByteBuffer.wrap(text.getBytes(ISO_8859_1));
    }
}
