package dev.lurcher.protocol.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Reads the golden transcripts: {@code golden/README.md} describes their form. */
public final class Golden {
    private Golden() {}

    /** The vectors of one file, in order: {@code requests}, {@code notices}, {@code replies}, ... */
    public static List<Vector> read(String file) {
        List<Vector> vectors = new ArrayList<>();
        List<Entry> entries = new ArrayList<>();
        for (String line : (text(file) + "\n\n").split("\n", -1)) {
            if (line.startsWith("#")) {
                continue;
            }
            if (!line.isEmpty()) {
                int colon = line.indexOf(':');
                entries.add(new Entry(
                        line.substring(0, colon), line.substring(colon + 1).strip()));
            } else if (!entries.isEmpty()) {
                vectors.add(new Vector(List.copyOf(entries)));
                entries.clear();
            }
        }
        return vectors;
    }

    /** The octets that a value of a golden file stands for, as chars 0..255. */
    public static String unescape(String value) {
        StringBuilder octets = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c != '\\') {
                octets.append(c);
                continue;
            }
            char kind = value.charAt(++i);
            if (kind == 'x') {
                octets.append((char) Integer.parseInt(value.substring(i + 1, i + 3), 16));
                i += 2;
            } else if (kind == '(') {
                int end = value.indexOf(')', i);
                String[] repeat = value.substring(i + 1, end).split("\\*", 2);
                octets.append(repeat[1].repeat(Integer.parseInt(repeat[0])));
                i = end;
            } else {
                octets.append("\\\r\n\t\0 ".charAt("\\rnt0s".indexOf(kind)));
            }
        }
        return octets.toString();
    }

    private static String text(String file) {
        String name = "/golden/" + file + ".golden";
        try (InputStream in = Golden.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalArgumentException("no " + name);
            }
            return new String(in.readAllBytes(), ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Entry(String key, String value) {}

    /** One vector: values by key. */
    public record Vector(List<Entry> entries) {
        /** Its name. */
        public String name() {
            return text("vector");
        }

        /** Whether it has a value of this key. */
        public boolean has(String key) {
            return entries.stream().anyMatch(entry -> entry.key().equals(key));
        }

        /** The value of a key as chars 0..255. */
        public String text(String key) {
            List<String> values = all(key);
            if (values.size() != 1) {
                throw new IllegalArgumentException(values.size() + " values of " + key + " in " + entries);
            }
            return values.get(0);
        }

        /** The value of a key as it stands in the file, escapes and all. */
        public String written(String key) {
            return entries.stream()
                    .filter(entry -> entry.key().equals(key))
                    .findFirst()
                    .orElseThrow()
                    .value();
        }

        /** The value of a key. */
        public byte[] bytes(String key) {
            return text(key).getBytes(ISO_8859_1);
        }

        /** All values of a key as chars 0..255, in order. */
        public List<String> all(String key) {
            return entries.stream()
                    .filter(entry -> entry.key().equals(key))
                    .map(entry -> unescape(entry.value()))
                    .toList();
        }

        @Override
        public String toString() {
            return name();
        }
    }
}
