package dev.lurcher.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lurcher.protocol.Fields.Field;
import dev.lurcher.protocol.ProtocolException.Code;
import dev.lurcher.protocol.testing.Head;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class RequestProperties {
    private static final ObjectMapper STRICT = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final Pattern UPPER = Pattern.compile("[A-Z]+");

    private final RequestWriter writer = new RequestWriter();

    @Provide
    Arbitrary<Head> heads() {
        return Heads.heads();
    }

    @Property
    void workerReadsWhatWasWritten(
            @ForAll("heads") Head head,
            @ForAll HeaderFormat format,
            @ForAll @IntRange(min = 0) int id,
            @ForAll @Size(max = 300) byte[] content) {
        RequestMessage message = RequestReader.read(write(head, format, id, content));
        assertEquals("the-sender", message.sender());
        assertEquals(id, message.connectionId());
        assertEquals(head.path(), message.path());
        assertEquals(expectedVariables(head), values(message.variables()));
        assertEquals(expectedFields(head), values(message.fields()));
        assertArrayEquals(content, message.content());
    }

    @Property
    void jsonIsStrict(@ForAll("heads") Head head) throws Exception {
        byte[] frame = write(head, HeaderFormat.JSON, 1, new byte[0]);
        JsonNode json = STRICT.readTree(utf8(headers(frame, head)));

        Map<String, List<String>> expected = new LinkedHashMap<>(expectedVariables(head));
        expected.putAll(expectedFields(head));
        Map<String, List<String>> actual = new LinkedHashMap<>();
        json.properties().forEach(entry -> {
            List<String> values = new ArrayList<>();
            if (entry.getValue().isArray()) {
                entry.getValue().forEach(value -> values.add(value.textValue()));
            } else {
                values.add(entry.getValue().textValue());
            }
            actual.put(entry.getKey(), values);
        });
        assertEquals(expected, actual);
    }

    @Property(tries = 100)
    void everyTruncationIsNoticed(@ForAll("heads") Head head, @ForAll HeaderFormat format) {
        byte[] frame = write(head, format, 12345, new byte[] {1, 2, 3});
        for (int length = 0; length < frame.length; length++) {
            byte[] cut = Arrays.copyOf(frame, length);
            var thrown = assertThrows(ProtocolException.class, () -> RequestReader.read(cut));
            assertEquals(Code.TRUNCATED, thrown.code());
        }
    }

    @Property
    void damageGivesATypedErrorOrAMessage(
            @ForAll("heads") Head head,
            @ForAll HeaderFormat format,
            @ForAll @Size(min = 1, max = 4) List<@IntRange(min = 0, max = 1 << 20) Integer> places,
            @ForAll byte octet) {
        byte[] frame = write(head, format, 1, new byte[] {1, 2, 3});
        for (int place : places) {
            frame[place % frame.length] = octet;
        }
        readOrRefuse(frame);
    }

    @Property
    void anyBytesGiveATypedErrorOrAMessage(@ForAll byte[] frame) {
        readOrRefuse(frame);
    }

    private static void readOrRefuse(byte[] frame) {
        try {
            RequestReader.read(frame);
        } catch (ProtocolException expected) {
            // Anything else fails the property.
        }
    }

    private byte[] write(Head head, HeaderFormat format, int id, byte[] content) {
        writer.request(format, "the-sender".getBytes(ISO_8859_1), id, head, content.length);
        writer.append(ByteBuffer.wrap(content));
        writer.close();
        return Arrays.copyOfRange(writer.array(), writer.start(), writer.end());
    }

    /** The netstring's inside, by counting: independent of the reader. */
    private static byte[] headers(byte[] frame, Head head) {
        int lengthAt = "the-sender 1 ".length() + head.path().length() + 1;
        int colon = lengthAt;
        while (frame[colon] != ':') {
            colon++;
        }
        int length = Integer.parseInt(new String(frame, lengthAt, colon - lengthAt, ISO_8859_1));
        return Arrays.copyOfRange(frame, colon + 1, colon + 1 + length);
    }

    private static String utf8(byte[] bytes) throws CharacterCodingException {
        return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    }

    private static Map<String, List<String>> expectedVariables(Head head) {
        Map<String, List<String>> expected = new LinkedHashMap<>();
        head.variables().forEach((name, value) -> expected.put(name, List.of(value)));
        return expected;
    }

    private static Map<String, List<String>> expectedFields(Head head) {
        Map<String, List<String>> expected = new LinkedHashMap<>();
        for (Field field : head.fields()) {
            String name = lower(field.name());
            boolean replaced = head.forwardedFor() != null && name.equals("x-forwarded-for");
            if (!replaced && !name.startsWith("upload_") && !name.startsWith("x-mongrel2-upload-")) {
                expected.computeIfAbsent(name, key -> new ArrayList<>()).add(field.value());
            }
        }
        if (head.forwardedFor() != null) {
            expected.put("x-forwarded-for", List.of(head.forwardedFor()));
        }
        return expected;
    }

    /** ASCII letters only: Locale.ROOT would lower-case Latin-1 letters too. */
    private static String lower(String name) {
        return UPPER.matcher(name).replaceAll(letters -> letters.group().toLowerCase(Locale.ROOT));
    }

    private static Map<String, List<String>> values(Fields fields) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (Field field : fields) {
            values.computeIfAbsent(field.name(), key -> new ArrayList<>()).add(field.value());
        }
        return values;
    }
}
