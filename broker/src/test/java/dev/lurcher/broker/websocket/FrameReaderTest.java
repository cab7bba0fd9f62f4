package dev.lurcher.broker.websocket;

import static dev.lurcher.broker.websocket.ClientFrames.frame;
import static dev.lurcher.broker.websocket.ClientFrames.hex;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lurcher.broker.websocket.FrameReader.Extension;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {
    private static final FrameLimits LIMITS = new FrameLimits(1000, 1500, 4);

    private final FrameReader reader = new FrameReader(LIMITS, Extension.NONE, new Room(Long.MAX_VALUE));

    @Test
    void readsAText() {
        Message message = only(frame(0x81, "hello".getBytes(UTF_8)));
        assertEquals(0x81, message.flags());
        assertEquals("hello", new String(message.payload(), UTF_8));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 127, 999, 1000})
    void readsEveryLengthAFrameMayHave(int length) {
        byte[] payload = new byte[length];
        Arrays.fill(payload, (byte) 0xfe);
        assertArrayEquals(payload, only(frame(0x82, payload)).payload());
    }

    @Test
    void joinsFragmentsUnderTheFlagsOfTheFirst() {
        ByteBuf in = Unpooled.wrappedBuffer(
                frame(0x01, "a".getBytes(UTF_8)),
                frame(0x89, "ping".getBytes(UTF_8)),
                frame(0x00, new byte[0]),
                frame(0x80, "b".getBytes(UTF_8)));
        Message ping = next(reader, in);
        assertEquals(0x89, ping.flags());
        Message text = next(reader, in);
        assertEquals(0x81, text.flags());
        assertEquals("ab", new String(text.payload(), UTF_8));
        assertNull(reader.next(in));
    }

    @ParameterizedTest
    @CsvSource({
        "unmasked, 81 01 61",
        "reserved bit 1, c1 80 00000000",
        "reserved bit 2, a1 80 00000000",
        "reserved bit 3, 91 80 00000000",
        "opcode 3, 83 80 00000000",
        "opcode 7, 87 80 00000000",
        "opcode 11, 8b 80 00000000",
        "opcode 15, 8f 80 00000000",
        "continuation of nothing, 80 80 00000000",
        "text inside text, 01 80 00000000 81 80 00000000",
        "fragmented ping, 09 80 00000000",
        "long ping, 89 fe 007e 00000000",
        "length in too many bytes, 82 fe 007d 00000000",
        "length in far too many bytes, 82 ff 000000000000ffff 00000000",
        "top bit of the length, 82 ff 8000000000000000 00000000",
        "close with half a code, 88 81 00000000 03",
        "close with code 999, 88 82 00000000 03e7",
        "close with code 1004, 88 82 00000000 03ec",
        "close with code 1005, 88 82 00000000 03ed",
        "close with code 1006, 88 82 00000000 03ee",
        "close with code 1015, 88 82 00000000 03f7",
        "close with code 2999, 88 82 00000000 0bb7",
        "close with code 5000, 88 82 00000000 1388"
    })
    void refusesWhatBreaksTheProtocol(String name, String octets) {
        assertEquals(CloseCode.PROTOCOL_ERROR, refused(hex(octets)), name);
    }

    @ParameterizedTest
    @CsvSource({"1000", "1001", "1003", "1007", "1011", "1012", "1014", "3000", "3999", "4000", "4999"})
    void takesTheCodesThatMayBeSent(int code) {
        byte[] payload = {(byte) (code >> 8), (byte) code, 'b', 'y', 'e'};
        Message message = only(frame(0x88, payload));
        assertEquals(Message.CLOSE, message.opcode());
        assertArrayEquals(payload, message.payload());
    }

    @Test
    void takesACloseWithoutACode() {
        assertEquals(0, only(frame(0x88, new byte[0])).payload().length);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "80",
                "c0 80",
                "c1 bf",
                "e0 9f bf",
                "ed a0 80",
                "f0 8f bf bf",
                "f4 90 80 80",
                "f5 80 80 80",
                "ff",
                "e2 28 a1",
                "c3",
                "e2 82",
                "f0 9f 98"
            })
    void refusesTextThatIsNoUtf8(String octets) {
        assertEquals(CloseCode.INVALID_DATA, refused(frame(0x81, hex(octets))));
        byte[] reason = hex("03e8" + octets);
        assertEquals(CloseCode.INVALID_DATA, new FrameReaderTest().refused(frame(0x88, reason)));
    }

    @Test
    void refusesBadTextBeforeItsFrameIsWhole() {
        byte[] whole = frame(0x81, "aa\u00ffaaaa".getBytes(ISO_8859_1));
        assertEquals(CloseCode.INVALID_DATA, refused(Arrays.copyOf(whole, whole.length - 3)));
    }

    @Test
    void takesACharacterThatIsSplitBetweenFrames() {
        ByteBuf in = Unpooled.wrappedBuffer(frame(0x01, hex("f0 9f")), frame(0x80, hex("98 80")));
        assertEquals("\ud83d\ude00", new String(next(reader, in).payload(), UTF_8));
    }

    @Test
    void refusesAFrameThatIsTooLongBeforeItHasCome() {
        assertEquals(CloseCode.TOO_BIG, refused(hex("82 fe 03e9")));
        assertEquals(CloseCode.TOO_BIG, new FrameReaderTest().refused(hex("82 ff 7fffffffffffffff")));
    }

    @Test
    void refusesAMessageThatIsTooLongBeforeItHasCome() {
        byte[] first = frame(0x02, new byte[1000]);
        byte[] second = hex("80 fe 01f5");
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        assertEquals(CloseCode.TOO_BIG, refused(both));
    }

    @Test
    void refusesAStormOfFragments() {
        ByteBuf in = Unpooled.wrappedBuffer(
                frame(0x02, new byte[1]), frame(0x00, new byte[1]), frame(0x00, new byte[1]), frame(0x00, new byte[1]));
        assertNull(reader.next(in));
        assertEquals(CloseCode.POLICY_VIOLATION, refused(frame(0x00, new byte[1])));
    }

    @Test
    void countsTheMemoryOfMessagesThatAreNotWhole() {
        Room room = new Room(20_000);
        FrameReader large = new FrameReader(new FrameLimits(15_000, 30_000, 4), Extension.NONE, room);
        ByteBuf begun = Unpooled.wrappedBuffer(frame(0x02, new byte[10_000]));
        assertNull(large.next(begun));
        assertEquals(10_000, room.taken());
        assertEquals(
                15_000,
                next(large, Unpooled.wrappedBuffer(frame(0x80, new byte[5_000])))
                        .payload()
                        .length);
        assertEquals(0, room.taken());
        assertEquals(
                300,
                next(large, Unpooled.wrappedBuffer(frame(0x82, new byte[300]))).payload().length);
        assertEquals(300, room.taken());
        assertNull(large.next(Unpooled.wrappedBuffer(frame(0x02, new byte[10_000]))));
        ByteBuf more = Unpooled.wrappedBuffer(frame(0x80, new byte[15_000]));
        var refused = assertThrows(WebSocketException.class, () -> large.next(more));
        assertEquals(CloseCode.TRY_AGAIN_LATER, refused.code());
        large.release();
        large.release();
        assertEquals(0, room.taken());
    }

    @Test
    void passesWhatAForeignExtensionMarks() {
        FrameReader foreign = new FrameReader(LIMITS, Extension.FOREIGN, new Room(Long.MAX_VALUE));
        Message message = next(foreign, Unpooled.wrappedBuffer(frame(0xc1, hex("ff 00"))));
        assertEquals(0xc1, message.flags());
        assertArrayEquals(hex("ff 00"), message.payload());
    }

    @Test
    void expandsCompressedMessages() {
        FrameReader deflating = new FrameReader(LIMITS, Extension.DEFLATE, new Room(Long.MAX_VALUE));
        // RFC 7692, 7.2.3.1 and 7.2.3.2: "Hello" in one frame, and in two.
        Message whole = next(deflating, Unpooled.wrappedBuffer(frame(0xc1, hex("f2 48 cd c9 c9 07 00"))));
        assertEquals(0x81, whole.flags());
        assertEquals("Hello", new String(whole.payload(), UTF_8));
        Message joined =
                next(deflating, Unpooled.wrappedBuffer(frame(0x41, hex("f2 48 cd")), frame(0x80, hex("c9 c9 07 00"))));
        assertEquals("Hello", new String(joined.payload(), UTF_8));
        // 7.2.3.4: a block with the bit BFINAL.
        Message last = next(deflating, Unpooled.wrappedBuffer(frame(0xc1, hex("f3 48 cd c9 c9 07 00 00"))));
        assertEquals("Hello", new String(last.payload(), UTF_8));
        Message plain = next(deflating, Unpooled.wrappedBuffer(frame(0x81, "Hello".getBytes(UTF_8))));
        assertEquals("Hello", new String(plain.payload(), UTF_8));
        Message nothing = next(deflating, Unpooled.wrappedBuffer(frame(0xc2, hex("00"))));
        assertEquals(0, nothing.payload().length);
    }

    @ParameterizedTest
    @CsvSource({
        "PROTOCOL_ERROR, c9 80 00000000",
        "PROTOCOL_ERROR, 01 80 00000000 c0 80 00000000",
        "INVALID_DATA, c2 82 00000000 ffff",
        "INVALID_DATA, c1 84 00000000 4afe0300"
    })
    void refusesWhatIsCompressedBadly(CloseCode code, String octets) {
        FrameReader deflating = new FrameReader(LIMITS, Extension.DEFLATE, new Room(Long.MAX_VALUE));
        ByteBuf in = Unpooled.wrappedBuffer(hex(octets));
        assertEquals(
                code,
                assertThrows(WebSocketException.class, () -> deflating.next(in)).code());
    }

    @Test
    void expandsNoFurtherThanAMessageMayGo() {
        for (int size : new int[] {1500, 1501, 10_000_000}) {
            FrameReader deflating =
                    new FrameReader(new FrameLimits(20_000, 1500, 4), Extension.DEFLATE, new Room(Long.MAX_VALUE));
            byte[] bomb = deflated(new byte[size]);
            ByteBuf in = Unpooled.wrappedBuffer(frame(0xc2, Arrays.copyOf(bomb, Math.min(1500, bomb.length))));
            if (size <= 1500) {
                assertEquals(size, next(deflating, in).payload().length);
            } else {
                var refused = assertThrows(WebSocketException.class, () -> deflating.next(in));
                assertEquals(CloseCode.TOO_BIG, refused.code());
            }
        }
    }

    private static Message next(FrameReader reader, ByteBuf in) {
        return Objects.requireNonNull(reader.next(in));
    }

    private static byte[] deflated(byte[] plain) {
        Deflater deflater = new Deflater(9, true);
        deflater.setInput(plain);
        byte[] out = new byte[plain.length + 100];
        int size = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
        deflater.end();
        return Arrays.copyOf(out, size - 4);
    }

    private Message only(byte[] octets) {
        ByteBuf in = Unpooled.wrappedBuffer(octets);
        Message message = next(reader, in);
        assertNull(reader.next(in));
        return message;
    }

    private CloseCode refused(byte[] octets) {
        ByteBuf in = Unpooled.wrappedBuffer(octets);
        return assertThrows(WebSocketException.class, () -> assertNull(reader.next(in)))
                .code();
    }
}
