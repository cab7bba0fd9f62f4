package dev.lurcher.broker.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lurcher.broker.websocket.FrameReader.Extension;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/** Messages of any kind, in frames of any size, in pieces of any size: always the same. Everything follows from a seed. */
class FrameProperties {
    private static final FrameLimits LIMITS = new FrameLimits(1 << 20, 1 << 20, 1 << 10);

    @Property(tries = 400)
    void anyFragmentationGivesTheSameMessages(@ForAll long seed) {
        Random random = new Random(seed);
        List<String> expected = new ArrayList<>();
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        for (int i = random.nextInt(6); i >= 0; i--) {
            boolean text = random.nextBoolean();
            byte[] payload = text ? text(random).getBytes(UTF_8) : bytes(random, random.nextInt(300));
            fragment(text ? 1 : 2, payload, random, wire, expected);
            expected.add(shown(0x80 | (text ? 1 : 2), payload));
        }
        assertEquals(expected, read(wire.toByteArray(), random));
    }

    @Property(tries = 1000)
    void damageGivesOneVerdictHoweverSplit(@ForAll long seed) {
        Random random = new Random(seed);
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        for (int i = 0; i < 3; i++) {
            fragment(1 + random.nextInt(2), text(random).getBytes(UTF_8), random, wire, new ArrayList<>());
        }
        byte[] octets = wire.toByteArray();
        for (int i = random.nextInt(3); i >= 0; i--) {
            octets[random.nextInt(octets.length)] = (byte) random.nextInt(256);
        }
        List<String> whole = read(octets, null);
        assertEquals(whole, read(octets, random));
        assertEquals(whole, read(octets, random));
    }

    @Property(tries = 1000)
    void utf8IsWhatTheJdkTakesForIt(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] octets = text(random).getBytes(UTF_8);
        for (int i = random.nextInt(3); i > 0 && octets.length > 0; i--) {
            octets[random.nextInt(octets.length)] = (byte) (0x80 + random.nextInt(128));
        }
        Utf8Check check = new Utf8Check();
        boolean sound = true;
        for (int from = 0; from < octets.length && sound; ) {
            int to = Math.min(octets.length, from + 1 + random.nextInt(7));
            sound = check.take(octets, from, to);
            from = to;
        }
        assertEquals(
                isUtf8(octets),
                sound && check.isComplete(),
                () -> HexFormat.of().formatHex(octets));
    }

    @Property(tries = 300)
    void whatIsCompressedIsTheSameAndTheRestUntouched(@ForAll long seed) {
        Random random = new Random(seed);
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        List<String> expected = new ArrayList<>();
        for (int i = random.nextInt(6); i >= 0; i--) {
            int opcode = random.nextInt(4) == 0 ? Message.PING : 1 + random.nextInt(2);
            byte[] payload = "ab"
                    .repeat(random.nextInt(opcode == Message.PING ? 60 : 200))
                    .getBytes(UTF_8);
            ByteBuf frame = Frames.frame(UnpooledByteBufAllocator.DEFAULT, 0x80 | opcode, payload, payload.length);
            byte[] octets = new byte[frame.readableBytes()];
            frame.readBytes(octets).release();
            wire.writeBytes(octets);
            expected.add(shown(0x80 | opcode, payload));
        }
        FrameFollower follower = new FrameFollower(true);
        ByteArrayOutputStream passed = new ByteArrayOutputStream();
        for (byte[] piece : pieces(wire.toByteArray(), random)) {
            ByteBuf buffer = Unpooled.wrappedBuffer(piece);
            ByteBuf out = follower.pass(buffer, 0, piece.length);
            byte[] octets = new byte[out.readableBytes()];
            out.readBytes(octets);
            out.release();
            buffer.release();
            passed.writeBytes(octets);
        }
        assertEquals(true, follower.isBetweenFrames());
        assertEquals(expected, read(masked(passed.toByteArray()), random));
    }

    /** The same frames as a client would send them. */
    private static byte[] masked(byte[] octets) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuf in = Unpooled.wrappedBuffer(octets);
        while (in.isReadable()) {
            int first = in.readUnsignedByte();
            int length = in.readUnsignedByte();
            byte[] payload =
                    new byte[length < 126 ? length : length == 126 ? in.readUnsignedShort() : (int) in.readLong()];
            in.readBytes(payload);
            out.writeBytes(ClientFrames.frame(first, payload));
        }
        return out.toByteArray();
    }

    private static List<String> read(byte[] octets, @Nullable Random random) {
        FrameReader reader = new FrameReader(LIMITS, Extension.DEFLATE, new Room(Long.MAX_VALUE));
        List<String> read = new ArrayList<>();
        try {
            for (byte[] piece : random == null ? new byte[][] {octets} : pieces(octets, random)) {
                ByteBuf in = Unpooled.wrappedBuffer(piece);
                Message message = reader.next(in);
                while (message != null) {
                    read.add(shown(message.flags(), message.payload()));
                    message = reader.next(in);
                }
            }
        } catch (WebSocketException e) {
            read.add(e.code() + " " + e.getMessage());
        }
        return read;
    }

    private static byte[][] pieces(byte[] octets, Random random) {
        List<byte[]> pieces = new ArrayList<>();
        int most = 1 + random.nextInt(1 << random.nextInt(9));
        for (int from = 0; from < octets.length; ) {
            int to = Math.min(octets.length, from + 1 + random.nextInt(most));
            pieces.add(Arrays.copyOfRange(octets, from, to));
            from = to;
        }
        return pieces.toArray(new byte[0][]);
    }

    /** Writes a message in frames, with pings between them. */
    private static void fragment(
            int opcode, byte[] payload, Random random, ByteArrayOutputStream wire, List<String> expected) {
        int from = 0;
        int first = opcode;
        while (random.nextInt(3) > 0) {
            int to = from + random.nextInt(payload.length - from + 1);
            wire.writeBytes(ClientFrames.frame(first, Arrays.copyOfRange(payload, from, to), bytes(random, 4)));
            from = to;
            first = 0;
            if (random.nextBoolean()) {
                byte[] ping = bytes(random, random.nextInt(126));
                wire.writeBytes(ClientFrames.frame(0x89, ping));
                expected.add(shown(0x89, ping));
            }
        }
        wire.writeBytes(
                ClientFrames.frame(0x80 | first, Arrays.copyOfRange(payload, from, payload.length), bytes(random, 4)));
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(100); i > 0; i--) {
            int[] planes = {0x80, 0x800, 0xd800, 0x10000, 0x110000};
            int c = random.nextInt(planes[random.nextInt(planes.length)]);
            text.appendCodePoint(c >= 0xd800 && c < 0xe000 ? 0x20ac : c);
        }
        return text.toString();
    }

    private static boolean isUtf8(byte[] octets) {
        try {
            UTF_8.newDecoder().decode(ByteBuffer.wrap(octets));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static String shown(int flags, byte[] payload) {
        return Integer.toHexString(flags) + " " + HexFormat.of().formatHex(payload);
    }
}
