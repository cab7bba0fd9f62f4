package dev.lurcher.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.lurcher.protocol.Fields.Field;
import dev.lurcher.protocol.testing.Head;
import dev.lurcher.protocol.testing.KeptInputs;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whatever octets a request is made of, its message is strict JSON, or a tagged netstring, and says the same to a worker. And
 * any bytes are a message to a worker or refused with a code, and any content of a notice is a notice.
 * <pre>
 * input = separator words, parted by the separator:
 *         path, method, version, uri, pattern, scheme, address, query, fragment, forwarded-for, content, *( name, value )
 * </pre>
 * Of the optional ones, that is query, fragment and forwarded-for, {@code -} stands for none.
 */
public class RequestMessageFuzz {
    private static final List<String> VARIABLES =
            List.of("PATH", "METHOD", "VERSION", "URI", "PATTERN", "URL_SCHEME", "REMOTE_ADDR", "QUERY", "FRAGMENT");

    private static final RequestWriter WRITER = new RequestWriter();

    @KeptInputs
    void saysTheSameToWorkers(byte[] bytes) throws Exception {
        fuzzerTestOneInput(bytes);
    }

    /** To be called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] bytes) throws Exception {
        try {
            RequestReader.read(bytes);
        } catch (ProtocolException refused) {
            // As it should be.
        }
        assertNotNull(NoticeReader.read(bytes, new String(bytes, ISO_8859_1)));
        List<String> words = words(new String(bytes, ISO_8859_1));
        byte[] content = word(words, VARIABLES.size() + 1).getBytes(ISO_8859_1);
        Head head = head(words);
        new WrittenRequest(WRITER, head, HeaderFormat.TNETSTRING, bytes.length, content).assertRead();
        WrittenRequest json = new WrittenRequest(WRITER, head, HeaderFormat.JSON, bytes.length, content);
        json.assertRead();
        json.assertStrictJson();
    }

    private static Head head(List<String> words) {
        Map<String, String> variables = new LinkedHashMap<>();
        for (int i = 0; i < VARIABLES.size(); i++) {
            String name = VARIABLES.get(i);
            boolean optional = i >= VARIABLES.indexOf("QUERY");
            String value = optional ? unlessAbsent(word(words, i)) : word(words, i);
            if (value != null) {
                variables.put(name, name.equals("PATH") ? value.replace(' ', '+') : value);
            }
        }
        List<Field> fields = new ArrayList<>();
        for (int i = VARIABLES.size() + 2; i < words.size(); i += 2) {
            if (!words.get(i).isEmpty()) {
                fields.add(new Field(words.get(i), word(words, i + 1)));
            }
        }
        return new Head(variables, fields, unlessAbsent(word(words, VARIABLES.size())));
    }

    private static @Nullable String unlessAbsent(String word) {
        return word.equals("-") ? null : word;
    }

    private static String word(List<String> words, int index) {
        return index < words.size() ? words.get(index) : "";
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        int from = 1;
        while (from <= text.length()) {
            int end = text.indexOf(text.charAt(0), from);
            end = end < 0 ? text.length() : end;
            words.add(text.substring(from, end));
            from = end + 1;
        }
        return words;
    }
}
