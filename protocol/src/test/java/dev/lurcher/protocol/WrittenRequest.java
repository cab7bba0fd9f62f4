package dev.lurcher.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lurcher.protocol.Fields.Field;
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

/** A request as {@link RequestWriter} writes it, and what must be read from it. */
final class WrittenRequest {
    private static final String SENDER = "the-sender";
    private static final Pattern UPPER = Pattern.compile("[A-Z]+");
    private static final ObjectMapper STRICT = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Head head;
    private final int id;
    private final byte[] content;
    private final byte[] frame;

    WrittenRequest(RequestWriter writer, Head head, HeaderFormat format, int id, byte[] content) {
        this.head = head;
        this.id = id;
        this.content = content;
        writer.request(format, SENDER.getBytes(ISO_8859_1), id, head, content.length);
        writer.append(ByteBuffer.wrap(content));
        writer.close();
        frame = Arrays.copyOfRange(writer.array(), writer.start(), writer.end());
    }

    byte[] frame() {
        return frame;
    }

    /** The worker's reader reads what was written. */
    void assertRead() {
        RequestMessage message = RequestReader.read(frame);
        assertEquals(SENDER, message.sender());
        assertEquals(id, message.connectionId());
        assertEquals(head.path(), message.path());
        assertEquals(expectedVariables(), values(message.variables()));
        assertEquals(expectedFields(), values(message.fields()));
        assertArrayEquals(content, message.content());
    }

    /** A reader of nothing but JSON in UTF-8 reads what was written. */
    void assertStrictJson() throws JsonProcessingException, CharacterCodingException {
        JsonNode json = STRICT.readTree(
                UTF_8.newDecoder().decode(ByteBuffer.wrap(headers())).toString());
        Map<String, List<String>> expected = new LinkedHashMap<>(expectedVariables());
        expected.putAll(expectedFields());
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

    /** The netstring's inside, by counting: independent of the reader. */
    private byte[] headers() {
        int lengthAt = (SENDER + " " + id + " ").length() + head.path().length() + 1;
        int colon = lengthAt;
        while (frame[colon] != ':') {
            colon++;
        }
        int length = Integer.parseInt(new String(frame, lengthAt, colon - lengthAt, ISO_8859_1));
        return Arrays.copyOfRange(frame, colon + 1, colon + 1 + length);
    }

    private Map<String, List<String>> expectedVariables() {
        Map<String, List<String>> expected = new LinkedHashMap<>();
        head.variables().forEach((name, value) -> expected.put(name, List.of(value)));
        return expected;
    }

    private Map<String, List<String>> expectedFields() {
        Map<String, List<String>> expected = new LinkedHashMap<>();
        for (Field field : head.fields()) {
            String name = lower(field.name());
            boolean replaced = head.forwardedFor() != null && name.equals("x-forwarded-for");
            if (!replaced
                    && !name.startsWith("upload_")
                    && !name.startsWith("x-mongrel2-upload-")
                    && !name.startsWith("peer_cert_")) {
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
