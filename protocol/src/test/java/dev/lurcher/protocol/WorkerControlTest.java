package dev.lurcher.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lurcher.protocol.ProtocolException.Code;
import dev.lurcher.protocol.WorkerControl.Hello;
import dev.lurcher.protocol.testing.Golden;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WorkerControlTest {
    static List<Golden.Vector> payloads() {
        return Golden.read("control").stream().filter(v -> v.has("is")).toList();
    }

    static List<Golden.Vector> refused() {
        return Golden.read("control").stream().filter(v -> v.has("reject")).toList();
    }

    @ParameterizedTest
    @MethodSource("payloads")
    void readsAndWritesGoldenPayloads(Golden.Vector vector) {
        WorkerControl control = read(vector.bytes("payload"));
        assertEquals(vector.text("is"), control.toString());
        if (!vector.has("written")) {
            assertEquals(vector.text("payload"), new String(control.payload(), ISO_8859_1));
        }
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusesGoldenPayloads(Golden.Vector vector) {
        var thrown = assertThrows(ProtocolException.class, () -> read(vector.bytes("payload")));
        assertEquals(Code.valueOf(vector.text("reject")), thrown.code());
    }

    @Test
    void cutsLongTexts() {
        Hello sent = new Hello("n".repeat(1000), 1, "", "", "", "", 0);
        assertEquals(new Hello("n".repeat(Hello.MOST_CHARS), 1, "", "", "", "", 0), read(sent.payload()));
    }

    @Test
    void cutsNoCharacterInHalf() {
        String name = "n".repeat(Hello.MOST_CHARS - 1);
        Hello sent = new Hello(name + "\ud83d\ude00", 1, "", "", "", "", 0);
        assertEquals(new Hello(name, 1, "", "", "", "", 0), read(sent.payload()));
    }

    @Test
    void refusesNegativeNumbers() {
        assertThrows(IllegalArgumentException.class, () -> new Hello("", -1, "", "", "", "", 0));
        assertThrows(IllegalArgumentException.class, () -> new Hello("", 0, "", "", "", "", -1));
    }

    @Test
    void cannotWriteWhatItDoesNotKnow() {
        assertThrows(IllegalStateException.class, () -> new WorkerControl.Unknown("sing").payload());
    }

    private static WorkerControl read(byte[] payload) {
        return WorkerControl.read(ByteBuffer.wrap(payload), TNetString.Limits.DEFAULT);
    }
}
