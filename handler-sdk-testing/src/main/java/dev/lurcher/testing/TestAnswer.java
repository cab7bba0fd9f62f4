package dev.lurcher.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lurcher.protocol.Fields;
import dev.lurcher.protocol.Fields.Field;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A whole answer of a worker.
 *
 * @param status 100..999
 * @param fields its field lines
 * @param text its content, read as UTF-8
 */
public record TestAnswer(int status, Fields fields, String text) {
    /** The first value of a field, whatever the case of its name; null where there is none. */
    public @Nullable String field(String name) {
        return fields.first(name);
    }

    /**
     * Reads an answer.
     *
     * @param bytes what has come
     * @param bodiless whether it has no content, as that to HEAD
     * @param ended whether nothing more will come
     * @return null if it is not whole
     */
    static @Nullable TestAnswer read(byte[] bytes, boolean bodiless, boolean ended) {
        String octets = new String(bytes, ISO_8859_1);
        int end = octets.indexOf("\r\n\r\n");
        if (end < 0) {
            return null;
        }
        String[] lines = octets.substring(0, end).split("\r\n");
        int status = Integer.parseInt(lines[0].split(" ", 3)[1]);
        List<Field> fields = new ArrayList<>();
        for (String line : Arrays.asList(lines).subList(1, lines.length)) {
            int colon = line.indexOf(':');
            fields.add(new Field(
                    line.substring(0, colon), line.substring(colon + 1).strip()));
        }
        Fields all = new Fields(fields);
        byte[] rest = Arrays.copyOfRange(bytes, end + 4, bytes.length);
        boolean none = bodiless || status < 200 || status == 204 || status == 304;
        byte[] content = none ? new byte[0] : content(all, rest, ended);
        return content == null ? null : new TestAnswer(status, all, new String(content, UTF_8));
    }

    private static byte @Nullable [] content(Fields fields, byte[] rest, boolean ended) {
        String length = fields.first("content-length");
        if (length != null) {
            int count = Integer.parseInt(length);
            return rest.length < count ? null : Arrays.copyOf(rest, count);
        }
        if ("chunked".equals(fields.first("transfer-encoding"))) {
            return chunks(rest);
        }
        return ended ? rest : null;
    }

    private static byte @Nullable [] chunks(byte[] rest) {
        String octets = new String(rest, ISO_8859_1);
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        int at = 0;
        while (true) {
            int line = octets.indexOf("\r\n", at);
            if (line < 0) {
                return null;
            }
            int size = Integer.parseInt(octets.substring(at, line), 16);
            if (octets.length() < line + 2 + size + 2) {
                return null;
            }
            if (size == 0) {
                return content.toByteArray();
            }
            content.write(rest, line + 2, size);
            at = line + 2 + size + 2;
        }
    }
}
