package dev.lurcher.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.protocol.Fields.Field;
import dev.lurcher.protocol.testing.Allocation;
import dev.lurcher.protocol.testing.Head;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The hot path makes no garbage, whether it is compiled yet or not. */
class AllocationTest {
    private static final int ROUNDS = 1000;

    @ParameterizedTest
    @EnumSource
    void writesRequestsWithoutAllocating(HeaderFormat format) {
        RequestWriter writer = new RequestWriter();
        byte[] sender = bytes("the-sender");
        // An even index: names of the others are made anew by the head itself.
        RequestHead head =
                new Head(Map.of("QUERY", "a=b"), List.of(new Field("Host", "example.com \u00e9\"\u0001")), "10.0.0.1");
        ByteBuffer content = ByteBuffer.wrap(bytes("some content"));
        assertAllocatesNothing(() -> {
            writer.request(format, sender, 123456, head, content.remaining());
            writer.append(content);
            writer.close();
            writer.disconnect(format, sender, 123456);
            writer.credit(format, sender, 123456, 131072);
            writer.drain(format, sender);
            writer.welcome(format, sender, "lurcher/1.0.0", 262144);
        });
    }

    @Test
    void readsRepliesWithoutAllocating() {
        ReplyReader reader = new ReplyReader(128);
        byte[] sender = bytes("the-sender");
        ByteBuffer reply = ByteBuffer.wrap(bytes("the-sender 10:1 22 33333, HTTP/1.1 204 No Content\r\n\r\n"));
        ByteBuffer control = ByteBuffer.wrap(bytes("the-sender 1:X, 11:5:drain,0:}]"));
        assertAllocatesNothing(() -> {
            reader.read(control);
            if (!reader.isControl()) {
                throw new AssertionError("misread");
            }
            reader.read(reply);
            if (!reader.senderIs(sender) || reader.targets() != 3) {
                throw new AssertionError("misread");
            }
        });
    }

    /** Less than a byte a round: the little that class loading and the measuring itself may take. */
    private static void assertAllocatesNothing(Runnable round) {
        for (int i = 0; i < ROUNDS; i++) {
            round.run();
        }
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 5; attempt++) {
            long before = Allocation.bytes();
            for (int i = 0; i < ROUNDS; i++) {
                round.run();
            }
            least = Math.min(least, Allocation.bytes() - before);
        }
        assertTrue(least < ROUNDS, least + " bytes in " + ROUNDS + " rounds");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
