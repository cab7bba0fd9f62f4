package dev.lurcher.broker.control;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.protocol.TNetString;
import dev.lurcher.protocol.TNetString.Dictionary;
import dev.lurcher.protocol.TNetString.Sequence;
import dev.lurcher.protocol.TNetString.Text;
import dev.lurcher.protocol.testing.Allocation;
import dev.lurcher.protocol.testing.KeptInputs;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Whatever comes to the control port is answered, with a table or an error and nothing else; nothing is thrown, no claim costs
 * memory, and nothing is done that the message does not name.
 */
public class ControlFuzz {
    /** An answer, and what reading the largest message takes many times over. */
    private static final long MOST_BYTES_ALLOCATED = 8 << 20;

    private static final TNetString.Limits LIMITS = new TNetString.Limits(8, 1 << 20);

    @KeptInputs
    void answersWhateverComes(byte[] bytes) {
        fuzzerTestOneInput(bytes);
    }

    /** To be called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        ScriptedOperations broker = new ScriptedOperations();
        ControlDesk desk = new ControlDesk(broker);
        byte[][] answer = new byte[1][];
        long allocated = Allocation.bytesOf(
                () -> {
                    // It may be run again.
                    broker.done.clear();
                    ControlDesk.Reply reply = desk.answer(ByteBuffer.wrap(bytes), "the fuzzer");
                    reply.afterwards().run();
                    answer[0] = reply.bytes();
                },
                MOST_BYTES_ALLOCATED);
        assertTrue(allocated <= MOST_BYTES_ALLOCATED, () -> allocated + " bytes were allocated");
        assertSound(answer[0]);
        assertTrue(broker.done.size() <= 1, () -> broker.done.toString());
    }

    private static void assertSound(byte[] answer) {
        TNetString value = TNetString.read(ByteBuffer.wrap(answer), LIMITS);
        assertTrue(value instanceof Dictionary, value::toString);
        Dictionary dictionary = (Dictionary) value;
        Set<String> keys = dictionary.entries().keySet();
        if (keys.contains("error")) {
            String code = dictionary.entries().get("code") instanceof Text text ? text.octets() : "";
            assertTrue(code.isEmpty() || !code.equals("INTERNAL"), dictionary::toString);
            return;
        }
        assertEquals(Set.of("headers", "rows"), new HashSet<>(keys));
        int columns = values(dictionary.entries().get("headers")).size();
        for (TNetString row : values(dictionary.entries().get("rows"))) {
            assertEquals(columns, values(row).size());
        }
    }

    private static List<TNetString> values(@Nullable TNetString list) {
        assertTrue(list instanceof Sequence);
        return ((Sequence) list).values();
    }

    /** Ten thousand messages that once were sound. */
    @Test
    void answersDamagedMessages() {
        List<String> sound = List.of(
                "10:4:time,0:}]",
                "26:6:status,13:4:what,3:net,}]",
                "21:4:kill,10:2:id,2:12#}]",
                "41:5:pause,29:7:handler,5:hello,3:max,2:1m,}]",
                "25:4:drop,14:5:older,3:10s,}]",
                "29:4:peek,18:7:handler,5:hello,}]");
        Random random = new Random(42);
        for (int i = 0; i < 10_000; i++) {
            byte[] bytes = sound.get(random.nextInt(sound.size())).getBytes(ISO_8859_1);
            for (int damages = 1 + random.nextInt(4); damages > 0; damages--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            fuzzerTestOneInput(
                    Arrays.copyOf(bytes, random.nextInt(10) == 0 ? random.nextInt(bytes.length) : bytes.length));
        }
    }
}
