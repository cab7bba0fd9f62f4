package dev.lurcher.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.protocol.Fields.Field;
import dev.lurcher.protocol.ProtocolException.Code;
import dev.lurcher.protocol.testing.Golden;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RequestReaderTest {
    static List<Golden.Vector> messages() {
        return Stream.of("requests", "parts", "notices")
                .flatMap(file -> Golden.read(file).stream())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("messages")
    void readsGoldenMessages(Golden.Vector vector) {
        for (String origin : List.of("mongrel2", "lurcher", "foreign")) {
            if (vector.has(origin)) {
                RequestMessage message = RequestReader.read(vector.bytes(origin));
                assertEquals(vector.text("sender"), message.sender());
                assertEquals(Long.parseLong(vector.text("connection")), message.connectionId());
                assertEquals(vector.text("path"), message.path());
                assertEquals(sorted(pairs(vector, "variable")), sorted(message.variables()));
                assertEquals(sorted(fields(vector)), sorted(message.fields()));
                assertArrayEquals(vector.bytes("content"), message.content());
                Notice notice = notice(vector);
                assertEquals(notice, message.notice());
                assertEquals(notice instanceof Notice.Disconnect, message.isDisconnect());
                assertEquals(part(vector), message.part());
            }
        }
    }

    @Test
    void findsFieldsWhateverTheirCase() {
        Fields fields = read("{\"METHOD\":\"GET\",\"content-type\":\"text/plain\",\"x\":[\"1\",\"2\"]}")
                .fields();
        assertEquals("text/plain", fields.first("Content-Type"));
        assertEquals("1", fields.first("X"));
        assertEquals(List.of("1", "2"), fields.all("X"));
        assertTrue(fields.contains("CONTENT-TYPE"));
        assertFalse(fields.contains("METHOD"));
        assertNull(fields.first("y"));
        assertEquals(List.of(), fields.all("y"));
        assertEquals(3, fields.size());
        assertEquals(new Field("x", "2"), fields.line(2));
    }

    @Test
    void keepsFieldsAndVariablesOfOneNameApart() {
        RequestMessage message = read("{\"method\":\"forged\",\"METHOD\":\"GET\"}");
        assertEquals("GET", message.variable("METHOD"));
        assertEquals("forged", message.fields().first("METHOD"));
    }

    @Test
    void readsEveryEscapeOfJson() {
        Fields fields =
                read("{ \"x\" : \"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\u00AF\" , \"y\":[ ] , \"z\":[\"1\" , \"2\"] }")
                        .fields();
        assertEquals("\"\\/\b\f\n\r\t\u00e9\u00af", fields.first("x"));
        assertFalse(fields.contains("y"));
        assertEquals(List.of("1", "2"), fields.all("z"));
        assertEquals(0, read("{}").fields().size());
    }

    @Test
    void readsIdsThatMongrel2WritesNegative() {
        assertEquals(
                0x80000000L,
                RequestReader.read(bytes("S -2147483648 / 2:{},0:,")).connectionId());
        assertEquals(0xfffffffeL, RequestReader.read(bytes("S -2 / 2:{},0:,")).connectionId());
    }

    @Test
    void takesTheFirstMessageOfAStreamedUploadForARequest() {
        assertNull(read("{\"METHOD\":\"POST\",\"UPLOAD_STREAM\":\"0\"}").part());
        assertNull(read("{\"UPLOAD_STREAM\":\"a\"}").part());
        assertNull(read("{\"upload_stream\":\"0\"}").part());
    }

    @Test
    void readsAnEmptyPath() {
        assertEquals("", RequestReader.read(bytes("S 1  2:{},0:,")).path());
    }

    @Test
    void keepsContentsOutOfItsText() {
        RequestMessage message = RequestReader.read(bytes("S 1 / 22:{\"cookie\":\"secret=42\"},6:secret,"));
        assertEquals("S 1 / (1 fields, 6 bytes)", message.toString());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "`` | TRUNCATED",
                "` 1 / 2:{},0:,` | BAD_SENDER",
                "my_app 1 / 2:{},0:, | BAD_SENDER",
                "S x / 2:{},0:, | BAD_ID",
                "S +1 / 2:{},0:, | BAD_ID",
                "S  / 2:{},0:, | BAD_ID",
                "S 9223372036854775808 / 2:{},0:, | BAD_ID",
                "S -2147483649 / 2:{},0:, | BAD_ID",
                "S 1 / x:{},0:, | BAD_LENGTH",
                "S 1 / :{},0:, | BAD_LENGTH",
                "S 1 / 99999999999:{},0:, | BAD_LENGTH",
                "S 1 / 3:{},0:, | BAD_HEADERS",
                "S 1 / 2:{}]0:, | BAD_HEADERS",
                "S 1 / 1:{,0:, | BAD_HEADERS",
                "S 1 / 4:null,0:, | BAD_HEADERS",
                "S 1 / 7:{\"a\":1},0:, | BAD_HEADERS",
                "S 1 / 10:{\"a\":\"1\",},0:, | BAD_HEADERS",
                "S 1 / 8:{\"a\":\"1\"},0:, | BAD_LENGTH",
                "S 1 / 10:{\"a\":\"\\q\"},0:, | BAD_HEADERS",
                "S 1 / 13:{\"a\":\"\\u00g\"},0:, | BAD_HEADERS",
                "S 1 / 4:{}{},0:, | BAD_HEADERS",
                "S 1 / 8:1:a,1:1#}0:, | BAD_HEADERS",
                "S 1 / 11:1:a,4:1:1#]}0:, | BAD_HEADERS",
                "S 1 / 4:1:a,}0:, | BAD_VALUE",
                "S 1 / 13:1:a,6:3:0:]]]}0:, | TOO_DEEP",
                "S 1 / 2:{},1:ab, | MISSING_COMMA",
                "S 1 / 2:{},0:,x | TRAILING_BYTES",
            })
    void refusesBrokenMessages(String frame, Code code) {
        var thrown = assertThrows(ProtocolException.class, () -> RequestReader.read(bytes(frame)));
        assertEquals(code, thrown.code(), thrown::getMessage);
    }

    private static @Nullable Notice notice(Golden.Vector vector) {
        return switch (vector.has("notice") ? vector.text("notice") : "none") {
            case "disconnect" -> new Notice.Disconnect();
            case "credits" -> new Notice.Written(Long.parseLong(vector.text("bytes")));
            case "drain" -> new Notice.Drain();
            case "credit" -> new Notice.Credit(Long.parseLong(vector.text("bytes")));
            case "welcome" -> new Notice.Welcome(vector.text("broker"), Long.parseLong(vector.text("window")));
            case "unknown" -> new Notice.Unknown(vector.text("type"));
            default -> null;
        };
    }

    private static @Nullable UploadPart part(Golden.Vector vector) {
        return vector.has("offset")
                ? new UploadPart(
                        vector.text("path"),
                        Long.parseLong(vector.text("offset")),
                        vector.text("last").equals("yes"))
                : null;
    }

    static List<Field> fields(Golden.Vector vector) {
        return pairs(vector, "field");
    }

    private static List<Field> pairs(Golden.Vector vector, String key) {
        return vector.all(key).stream()
                .map(pair -> new Field(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1)))
                .toList();
    }

    /** Names in any order, values of one name in theirs. */
    private static List<String> sorted(Iterable<Field> fields) {
        List<String> names = new ArrayList<>();
        for (Field field : fields) {
            names.add(field.name());
        }
        List<String> sorted = new ArrayList<>();
        for (String name : new HashSet<>(names)) {
            List<String> values = new ArrayList<>();
            for (Field field : fields) {
                if (field.name().equals(name)) {
                    values.add(field.value());
                }
            }
            sorted.add(name + values);
        }
        sorted.sort(null);
        return sorted;
    }

    private static RequestMessage read(String json) {
        return RequestReader.read(bytes("S 1 / " + json.length() + ":" + json + ",0:,"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
