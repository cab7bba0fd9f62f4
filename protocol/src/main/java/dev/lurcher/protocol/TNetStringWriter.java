package dev.lurcher.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;

/** Writes the values of {@link TNetString}. Each level copies what is inside it: made for small messages. */
final class TNetStringWriter {
    private TNetStringWriter() {}

    static byte[] write(TNetString value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        append(value, out);
        return out.toByteArray();
    }

    // A switch over sealed types needs Java 21; this module is for 17.
    private static void append(TNetString value, ByteArrayOutputStream out) {
        if (value instanceof TNetString.Text text) {
            append(octets(text.octets()), ',', out);
        } else if (value instanceof TNetString.Whole whole) {
            append(octets(Long.toString(whole.value())), '#', out);
        } else if (value instanceof TNetString.Real real) {
            append(octets(Double.toString(real.value())), '^', out);
        } else if (value instanceof TNetString.Flag flag) {
            append(octets(Boolean.toString(flag.value())), '!', out);
        } else if (value instanceof TNetString.Sequence sequence) {
            append(inside(sequence.values()), ']', out);
        } else if (value instanceof TNetString.Dictionary dictionary) {
            append(inside(dictionary.entries()), '}', out);
        } else {
            append(octets(""), '~', out);
        }
    }

    private static void append(byte[] data, char type, ByteArrayOutputStream out) {
        out.writeBytes(octets(data.length + ":"));
        out.writeBytes(data);
        out.write(type);
    }

    private static byte[] inside(List<TNetString> values) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        values.forEach(value -> append(value, out));
        return out.toByteArray();
    }

    private static byte[] inside(Map<String, TNetString> entries) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        entries.forEach((key, value) -> {
            append(octets(key), ',', out);
            append(value, out);
        });
        return out.toByteArray();
    }

    private static byte[] octets(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
