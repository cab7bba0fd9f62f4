package dev.lurcher.broker.zmtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {
    private static final int MOST_MESSAGE_BYTES = 100_000;
    private static final int MOST_COMMAND_BYTES = 300;

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    private final List<String> told = new ArrayList<>();
    private ByteBuf lastBuffer = Unpooled.EMPTY_BUFFER;
    private int enough = Integer.MAX_VALUE;
    private final FrameReader reader = new FrameReader(allocator, new Sink(), MOST_COMMAND_BYTES);

    private final class Sink implements FrameReader.Sink {
        @Override
        public boolean onFrame(int flags, ByteBuf buffer, int index, int length) {
            assertEquals(1, buffer.nioBufferCount());
            lastBuffer = buffer;
            String content = buffer.toString(index, length, StandardCharsets.ISO_8859_1);
            told.add(flags + ":" + (length > 20 ? length + " x " + content.charAt(length - 1) : content));
            return told.size() < enough;
        }

        @Override
        public void onOversize(long claimedBytes, int mostBytes) {
            told.add("oversize " + Long.toUnsignedString(claimedBytes) + " of " + mostBytes);
        }

        @Override
        public void onBadFlags(int flags) {
            told.add("bad flags " + flags);
        }
    }

    FrameReaderTest() {
        reader.allowMessages(MOST_MESSAGE_BYTES);
    }

    @AfterEach
    void nothingIsLeftAllocated() {
        reader.release();
        assertEquals(0, allocator.metric().usedDirectMemory());
    }

    private void read(byte[] bytes) {
        read(bytes, 0, bytes.length);
    }

    private void read(byte[] bytes, int from, int to) {
        ByteBuf in = Unpooled.wrappedBuffer(bytes, from, to - from);
        reader.read(in);
        in.release();
    }

    /** Everything that the framing allows, in one stream. */
    private static byte[] conversation() {
        return Bytes.of(
                Bytes.frame(0, "a"),
                Bytes.frame(0, ""),
                Bytes.frame(Frames.MORE, "part"),
                Bytes.frame(0, "last"),
                Bytes.frame(Frames.COMMAND, "\4PONG"),
                Bytes.longFrame(0, "long form of a short one"),
                Bytes.longFrame(Frames.MORE, ""),
                Bytes.frame(0, "b".repeat(255)),
                Bytes.frame(0, "c".repeat(256)),
                Bytes.frame(Frames.COMMAND, "d".repeat(300)),
                Bytes.frame(0, "e".repeat(3000)),
                Bytes.frame(0, "z"));
    }

    private static final List<String> CONVERSATION = List.of(
            "0:a",
            "0:",
            "1:part",
            "0:last",
            "4:\4PONG",
            "2:24 x e",
            "3:",
            "0:255 x b",
            "2:256 x c",
            "6:300 x d",
            "2:3000 x e",
            "0:z");

    @Test
    void tellsFramesThatComeTogether() {
        read(conversation());
        assertEquals(CONVERSATION, told);
    }

    @Test
    void tellsTheSameWhereverTheBytesAreSplit() {
        byte[] bytes = conversation();
        for (int split = 0; split <= bytes.length; split++) {
            told.clear();
            read(bytes, 0, split);
            read(bytes, split, bytes.length);
            assertEquals(CONVERSATION, told, "split at " + split);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1000})
    void tellsTheSameInPiecesOfAnySize(int piece) {
        byte[] bytes = conversation();
        for (int at = 0; at < bytes.length; at += piece) {
            read(bytes, at, Math.min(bytes.length, at + piece));
        }
        assertEquals(CONVERSATION, told);
    }

    @Test
    void doesNotCopyAFrameThatIsWhole() {
        ByteBuf in = Unpooled.wrappedBuffer(Bytes.frame(0, "whole"));
        reader.read(in);
        assertSame(in, lastBuffer);
        in.release();
    }

    @Test
    void aFrameThatIsKeptOutlivesTheReader() {
        byte[] bytes = Bytes.frame(0, "kept for later");
        List<ByteBuf> kept = new ArrayList<>();
        FrameReader keeping = new FrameReader(
                allocator,
                new FrameReader.Sink() {
                    @Override
                    public boolean onFrame(int flags, ByteBuf buffer, int index, int length) {
                        return kept.add(buffer.retainedSlice(index, length));
                    }

                    @Override
                    public void onOversize(long claimedBytes, int mostBytes) {}

                    @Override
                    public void onBadFlags(int flags) {}
                },
                MOST_COMMAND_BYTES);
        for (int i = 0; i < 2; i++) {
            keeping.read(Unpooled.wrappedBuffer(bytes, 0, 5));
            keeping.read(Unpooled.wrappedBuffer(bytes, 5, bytes.length - 5));
        }
        keeping.release();
        for (ByteBuf slice : kept) {
            assertEquals("kept for later", slice.toString(StandardCharsets.ISO_8859_1));
            slice.release();
        }
        assertEquals(2, kept.size());
    }

    @Test
    void refusesEveryFlagsOctetThatMeansNothing() {
        for (int flags = 0; flags < 256; flags++) {
            boolean legal = flags < 8 && (flags & 5) != 5;
            for (int pieces = 1; pieces <= 2; pieces++) {
                told.clear();
                byte[] frame = (flags & Frames.LONG) != 0 ? Bytes.longFrame(flags, "x") : Bytes.frame(flags, "x");
                read(frame, 0, frame.length - 1);
                read(frame, frame.length - 1, legal ? frame.length : frame.length - 1);
                assertEquals(legal ? flags + ":x" : "bad flags " + flags, told.getFirst());
                reader.release();
            }
        }
    }

    @Test
    void checksTheSizeOnTheHeader() {
        read(Bytes.longHeader(Frames.LONG, MOST_MESSAGE_BYTES + 1L));
        assertEquals(List.of("oversize 100001 of 100000"), told);
    }

    @Test
    void checksTheSizeOnAHeaderThatComesInPieces() {
        byte[] header = Bytes.longHeader(Frames.LONG, 2L << 30);
        for (int at = 0; at < header.length; at++) {
            read(header, at, at + 1);
        }
        assertEquals(List.of("oversize 2147483648 of 100000"), told);
        assertTrue(allocator.metric().usedDirectMemory() < 1024);
    }

    @Test
    void takesTheSizeForUnsigned() {
        read(Bytes.longHeader(Frames.LONG, -1));
        assertEquals(List.of("oversize 18446744073709551615 of 100000"), told);
    }

    @Test
    void boundsCommandsByThemselves() {
        read(Bytes.longHeader(Frames.LONG | Frames.COMMAND, MOST_COMMAND_BYTES + 1));
        assertEquals(List.of("oversize 301 of 300"), told);
    }

    @Test
    void boundsShortFramesToo() {
        FrameReader strict = new FrameReader(ByteBufAllocator.DEFAULT, new Sink(), 10);
        strict.read(Unpooled.wrappedBuffer(Bytes.frame(0, "12345678901")));
        assertEquals(List.of("oversize 11 of 10"), told);
    }

    @Test
    void takesTheLargestMessage() {
        read(Bytes.frame(0, "m".repeat(MOST_MESSAGE_BYTES)));
        assertEquals(List.of("2:100000 x m"), told);
    }

    @Test
    void allocatesByWhatArrivesNotByWhatIsClaimed() {
        reader.allowMessages(16 << 20);
        byte[] header = Bytes.longHeader(Frames.LONG, 16 << 20);
        read(header);
        assertTrue(allocator.metric().usedDirectMemory() < 1024, "after the header");
        read(new byte[10_000]);
        assertTrue(allocator.metric().usedDirectMemory() < 50_000, "after 10,000 bytes");
        assertEquals(List.of(), told);
    }

    @Test
    void allocatesNoMoreThanTheFrameNeeds() {
        read(Bytes.longHeader(Frames.LONG, 600));
        read(new byte[520]);
        assertEquals(609, allocator.metric().usedDirectMemory());
    }

    @Test
    void stopsWhenTheSinkHasHadEnough() {
        enough = 2;
        read(conversation());
        assertEquals(CONVERSATION.subList(0, 2), told);
    }

    @Test
    void stopsAfterAFrameThatCameInPieces() {
        enough = 1;
        byte[] bytes = conversation();
        read(bytes, 0, 1);
        read(bytes, 1, bytes.length);
        assertEquals(CONVERSATION.subList(0, 1), told);
    }
}
