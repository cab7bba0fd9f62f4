package dev.lurcher.broker.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.websocket.FrameReader.Extension;
import dev.lurcher.protocol.testing.KeptInputs;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Any bytes of a client give the same messages, and the same fault, however they are split; none is larger than it may be. */
public class FrameFuzz {
    private static final FrameLimits LIMITS = new FrameLimits(300, 500, 5);

    @KeptInputs
    void givesOneVerdictHoweverSplit(byte[] bytes) {
        fuzzerTestOneInput(bytes);
    }

    /** To be called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        for (Extension extension : Extension.values()) {
            List<String> verdict = verdict(extension, bytes, bytes.length);
            assertEquals(verdict, verdict(extension, bytes, 1));
            assertEquals(verdict, verdict(extension, bytes, 2 + (Arrays.hashCode(bytes) & 0x3f)));
        }
    }

    /** @param most how many bytes come at once */
    private static List<String> verdict(Extension extension, byte[] bytes, int most) {
        Room room = new Room(2L * LIMITS.messageBytes());
        FrameReader reader = new FrameReader(LIMITS, extension, room);
        List<String> verdict = new ArrayList<>();
        try {
            for (int from = 0; from < bytes.length; from += most) {
                ByteBuf in = Unpooled.wrappedBuffer(bytes, from, Math.min(most, bytes.length - from));
                for (Message next = reader.next(in); next != null; next = reader.next(in)) {
                    verdict.add(shown(next));
                }
            }
        } catch (WebSocketException e) {
            verdict.add(e.code() + " " + e.getMessage());
        }
        reader.release();
        assertEquals(0, room.taken());
        return verdict;
    }

    private static String shown(Message message) {
        boolean isControl = message.opcode() >= Message.CLOSE;
        int length = message.payload().length;
        assertTrue(length <= (isControl ? 125 : LIMITS.messageBytes()), () -> length + " bytes in a message");
        return Integer.toHexString(message.flags()) + " " + HexFormat.of().formatHex(message.payload());
    }
}
