package dev.lurcher.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lurcher.protocol.ProtocolException.Code;
import dev.lurcher.protocol.testing.Golden;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExtendedReplyTest {
    static List<Golden.Vector> payloads() {
        return Golden.read("extended").stream().filter(v -> v.has("is")).toList();
    }

    static List<Golden.Vector> refused() {
        return Golden.read("extended").stream().filter(v -> v.has("reject")).toList();
    }

    @ParameterizedTest
    @MethodSource("payloads")
    void readsAndWritesGoldenPayloads(Golden.Vector vector) {
        ExtendedReply reply = read(vector);
        assertEquals(vector.text("is"), reply.toString());
        if (!vector.has("written")) {
            assertEquals(vector.text("payload"), new String(reply.payload(), ISO_8859_1));
        }
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusesGoldenPayloads(Golden.Vector vector) {
        var thrown = assertThrows(ProtocolException.class, () -> read(vector));
        assertEquals(Code.valueOf(vector.text("reject")), thrown.code());
    }

    @Test
    void cannotWriteWhatItDoesNotKnow() {
        assertThrows(IllegalStateException.class, () -> new ExtendedReply.Unknown("http").payload());
    }

    private static ExtendedReply read(Golden.Vector vector) {
        return ExtendedReply.read(ByteBuffer.wrap(vector.bytes("payload")), TNetString.Limits.DEFAULT);
    }
}
