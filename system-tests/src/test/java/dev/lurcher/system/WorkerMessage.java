package dev.lurcher.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A message as a worker receives it, taken apart without any code of the product:
 * <pre>  sender SP id SP path SP headers content     headers, content = netstrings or tnetstrings </pre>
 *
 * @param form of the headers: {@code json}, {@code invalid json} or {@code tnetstring}
 * @param headers in their order; a list of values where a name has several
 */
record WorkerMessage(
        String sender, String id, String path, String form, Map<String, List<String>> headers, String content) {
    private static final ObjectMapper STRICT = new ObjectMapper(JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build());
    private static final ObjectMapper LENIENT = new ObjectMapper(JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
            .build());

    /** Takes a message apart. Texts are given as ISO-8859-1, but those of valid JSON as what JSON says they are. */
    static WorkerMessage of(byte[] bytes) {
        Cursor message = new Cursor(new String(bytes, ISO_8859_1));
        String sender = message.word();
        String id = message.word();
        String path = message.word();
        String headers = message.netstring(",}");
        Map<String, List<String>> entries;
        String form = "tnetstring";
        if (message.last() == '}') {
            entries = dictionary(headers);
        } else {
            form = "json";
            try {
                entries = entries(STRICT.readTree(utf8(headers)));
            } catch (JsonProcessingException | CharacterCodingException e) {
                form = "invalid json";
                entries = lenient(headers);
            }
        }
        String content = message.netstring(",");
        if (!message.atEnd()) {
            throw new AssertionError("bytes follow the content: " + message.text);
        }
        return new WorkerMessage(sender, id, path, form, entries, content);
    }

    private static String utf8(String octets) throws CharacterCodingException {
        return UTF_8.newDecoder()
                .decode(ByteBuffer.wrap(octets.getBytes(ISO_8859_1)))
                .toString();
    }

    private static Map<String, List<String>> lenient(String headers) {
        try {
            return entries(LENIENT.readTree(headers));
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON at all: " + headers, e);
        }
    }

    private static Map<String, List<String>> entries(JsonNode object) {
        Map<String, List<String>> entries = new LinkedHashMap<>();
        object.properties().forEach(entry -> {
            List<String> values = new ArrayList<>();
            if (entry.getValue().isArray()) {
                entry.getValue().forEach(value -> values.add(value.textValue()));
            } else {
                values.add(entry.getValue().textValue());
            }
            entries.put(entry.getKey(), values);
        });
        return entries;
    }

    private static Map<String, List<String>> dictionary(String text) {
        Map<String, List<String>> entries = new LinkedHashMap<>();
        Cursor cursor = new Cursor(text);
        while (!cursor.atEnd()) {
            String name = cursor.netstring(",");
            String value = cursor.netstring(",]");
            List<String> values = new ArrayList<>();
            if (cursor.last() == ']') {
                Cursor list = new Cursor(value);
                while (!list.atEnd()) {
                    values.add(list.netstring(","));
                }
            } else {
                values.add(value);
            }
            if (entries.put(name, values) != null) {
                throw new AssertionError(name + " stands twice: " + text);
            }
        }
        return entries;
    }

    /** Walks through a text. */
    private static final class Cursor {
        private final String text;
        private int position;

        private Cursor(String text) {
            this.text = text;
        }

        private boolean atEnd() {
            return position == text.length();
        }

        /** The character before this place. */
        private char last() {
            return text.charAt(position - 1);
        }

        private String word() {
            int from = position;
            position = text.indexOf(' ', from) + 1;
            return text.substring(from, position - 1);
        }

        /** @param types one of which must follow */
        private String netstring(String types) {
            int colon = text.indexOf(':', position);
            int from = colon + 1;
            int to = from + Integer.parseInt(text.substring(position, colon));
            if (types.indexOf(text.charAt(to)) < 0) {
                throw new AssertionError("one of " + types + " expected at " + to + " of: " + text);
            }
            position = to + 1;
            return text.substring(from, to);
        }
    }
}
