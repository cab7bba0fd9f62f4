package dev.lurcher.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lurcher.protocol.ProtocolException.Code;
import dev.lurcher.protocol.TNetString.Dictionary;
import dev.lurcher.protocol.TNetString.Flag;
import dev.lurcher.protocol.TNetString.Limits;
import dev.lurcher.protocol.TNetString.Real;
import dev.lurcher.protocol.TNetString.Sequence;
import dev.lurcher.protocol.TNetString.Text;
import dev.lurcher.protocol.TNetString.Whole;
import dev.lurcher.protocol.testing.Golden;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TNetStringTest {
    static List<Golden.Vector> values() {
        return Golden.read("tnetstrings").stream().filter(v -> v.has("is")).toList();
    }

    static List<Golden.Vector> refused() {
        return Golden.read("tnetstrings").stream().filter(v -> v.has("reject")).toList();
    }

    @ParameterizedTest
    @MethodSource("values")
    void readsAndWritesGoldenValues(Golden.Vector vector) {
        ByteBuffer buffer = ByteBuffer.wrap(vector.bytes("value"));
        TNetString value = TNetString.read(buffer, Limits.DEFAULT);
        assertEquals(0, buffer.position());
        assertEquals(vector.text("is"), text(value));
        if (!vector.has("written")) {
            assertEquals(vector.text("value"), new String(value.bytes(), ISO_8859_1));
        }
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusesGoldenValues(Golden.Vector vector) {
        ByteBuffer buffer = ByteBuffer.wrap(vector.bytes("value"));
        var thrown = assertThrows(ProtocolException.class, () -> TNetString.read(buffer, Limits.DEFAULT));
        assertEquals(Code.valueOf(vector.text("reject")), thrown.code());
    }

    @Test
    void limitsDepth() {
        ByteBuffer nested = buffer("6:3:0:]]]");
        assertEquals("[[[]]]", text(TNetString.read(nested, new Limits(3, 100))));
        assertEquals(Code.TOO_DEEP, refusal(nested, new Limits(2, 100)));
        assertEquals(Code.TOO_DEEP, refusal(buffer("0:}"), new Limits(0, 100)));
    }

    @Test
    void limitsBytesBeforeTheyHaveCome() {
        assertEquals("\"hello\"", text(TNetString.read(buffer("5:hello,"), new Limits(0, 8))));
        assertEquals(Code.TOO_LONG, refusal(buffer("5:hello,"), new Limits(0, 7)));
        assertEquals(Code.TOO_LONG, refusal(buffer("2147483647:"), Limits.DEFAULT));
    }

    @Test
    void readsTheFirstOfSeveral() {
        ByteBuffer buffer = buffer("1:a,0:~\0");
        assertEquals(new Text("a"), TNetString.readFirst(buffer, Limits.DEFAULT));
        assertEquals(4, buffer.position());
        assertEquals(new TNetString.Nothing(), TNetString.readFirst(buffer, Limits.DEFAULT));
        assertThrows(ProtocolException.class, () -> TNetString.readFirst(buffer, Limits.DEFAULT));
        assertEquals(7, buffer.position());
    }

    @Test
    void carriesTextAsUtf8() {
        Text text = Text.utf8("gr\u00fc\u00df \u20ac");
        assertEquals("10:gr\u00c3\u00bc\u00c3\u009f \u00e2\u0082\u00ac,", new String(text.bytes(), ISO_8859_1));
        assertEquals("gr\u00fc\u00df \u20ac", text.utf8());
    }

    @Test
    void refusesWhatCannotBeWritten() {
        assertThrows(IllegalArgumentException.class, () -> new Text("\u20ac"));
        assertThrows(IllegalArgumentException.class, () -> new Real(Double.NaN));
    }

    private static Code refusal(ByteBuffer buffer, Limits limits) {
        return assertThrows(ProtocolException.class, () -> TNetString.read(buffer, limits))
                .code();
    }

    private static ByteBuffer buffer(String text) {
        return ByteBuffer.wrap(text.getBytes(ISO_8859_1));
    }

    private static String text(TNetString value) {
        if (value instanceof Text text) {
            return '"' + text.octets() + '"';
        } else if (value instanceof Whole whole) {
            return Long.toString(whole.value());
        } else if (value instanceof Real real) {
            return Double.toString(real.value());
        } else if (value instanceof Flag flag) {
            return Boolean.toString(flag.value());
        } else if (value instanceof Sequence sequence) {
            return sequence.values().stream().map(TNetStringTest::text).collect(Collectors.joining(", ", "[", "]"));
        } else if (value instanceof Dictionary dictionary) {
            return dictionary.entries().entrySet().stream()
                    .map(entry -> '"' + entry.getKey() + "\": " + text(entry.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        return "null";
    }
}
