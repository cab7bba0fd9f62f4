package dev.lurcher.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.protocol.testing.Allocation;
import dev.lurcher.protocol.testing.KeptInputs;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reply frames of any bytes are read as the grammar says or refused with a code, wherever they lie; a claim costs no memory. */
public class ReplyFuzz {
    private static final String READ = "read";
    private static final int MOST_TARGETS = 8;
    private static final int BEFORE = 5;
    private static final int BEHIND = 3;
    /** An exception with its text, and what fuzzing itself needs. */
    private static final long MOST_BYTES_ALLOCATED = 64 * 1024;

    private static final ReplyReader READER = new ReplyReader(MOST_TARGETS);

    @KeptInputs
    void readsWhatTheGrammarSays(byte[] frame) {
        fuzzerTestOneInput(frame);
    }

    /** To be called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] frame) {
        String octets = new String(frame, ISO_8859_1);
        ReplyGrammar expected = ReplyGrammar.read(octets, MOST_TARGETS);
        String onHeap = verdict(placed(ByteBuffer.allocate(BEFORE + frame.length + BEHIND), frame), expected);
        String direct = verdict(placed(ByteBuffer.allocateDirect(BEFORE + frame.length + BEHIND), frame), expected);
        assertEquals(onHeap, direct);
    }

    private static ByteBuffer placed(ByteBuffer room, byte[] frame) {
        room.put(new byte[] {'1', ',', ' ', 'S', ' '}).put(frame).put(new byte[] {'1', ',', ' '});
        return room.position(BEFORE).limit(BEFORE + frame.length);
    }

    private static String verdict(ByteBuffer frame, @Nullable ReplyGrammar expected) {
        int position = frame.position();
        int limit = frame.limit();
        long allocated = Allocation.bytesOf(() -> read(frame), MOST_BYTES_ALLOCATED);
        assertTrue(allocated <= MOST_BYTES_ALLOCATED, () -> allocated + " bytes were allocated");
        String verdict = read(frame);
        assertEquals(position, frame.position());
        assertEquals(limit, frame.limit());
        if (verdict.equals(READ)) {
            assertNotNull(expected, "the grammar knows no such reply");
            assertEquals(expected, said(frame));
            assertEquals(expected.isControl(), READER.isControl());
        } else {
            assertNull(expected, verdict);
            assertEquals(0, READER.targets());
            assertEquals(0, READER.payloadLength());
            assertFalse(READER.isControl());
        }
        return verdict;
    }

    private static String read(ByteBuffer frame) {
        try {
            READER.read(frame);
            return READ;
        } catch (ProtocolException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static ReplyGrammar said(ByteBuffer frame) {
        List<Long> targets = new ArrayList<>();
        for (int i = 0; i < READER.targets(); i++) {
            targets.add(READER.target(i));
        }
        byte[] payload = new byte[READER.payloadLength()];
        frame.get(READER.payloadOffset(), payload);
        byte[] head = new byte[READER.payloadOffset() - frame.position()];
        frame.get(frame.position(), head);
        String text = new String(head, ISO_8859_1);
        String sender = text.substring(0, text.indexOf(' '));
        assertTrue(READER.senderIs(sender.getBytes(ISO_8859_1)));
        return new ReplyGrammar(sender, READER.extended(), targets, new String(payload, ISO_8859_1));
    }
}
