package dev.lurcher.broker.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Bytes written as text: {@code \r \n \t \\ \xHH}, and {@code <<a*99>>} for 99 times a. */
public final class WireText {
    private static final Pattern REPEATED = Pattern.compile("<<(.+?)\\*(\\d+)>>");

    private WireText() {}

    /** The bytes that a text stands for. */
    public static byte[] bytes(String text) {
        String repeated = REPEATED.matcher(text)
                .replaceAll(m -> Matcher.quoteReplacement(m.group(1).repeat(Integer.parseInt(m.group(2)))));
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < repeated.length(); i++) {
            char c = repeated.charAt(i);
            if (c != '\\') {
                plain.append(c);
                continue;
            }
            switch (repeated.charAt(++i)) {
                case 'r' -> plain.append('\r');
                case 'n' -> plain.append('\n');
                case 't' -> plain.append('\t');
                case '\\' -> plain.append('\\');
                case 'x' -> {
                    plain.append((char) Integer.parseInt(repeated, i + 1, i + 3, 16));
                    i += 2;
                }
                default -> throw new IllegalArgumentException("bad escape in: " + text);
            }
        }
        return plain.toString().getBytes(ISO_8859_1);
    }

    /** A text with its repetitions written out. */
    static String repeat(String text) {
        return REPEATED.matcher(text)
                .replaceAll(m -> Matcher.quoteReplacement(m.group(1).repeat(Integer.parseInt(m.group(2)))));
    }

    /** Bytes as text, so that they fit on a line. */
    public static String text(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (byte octet : bytes) {
            switch (octet) {
                case '\r' -> text.append("\\r");
                case '\n' -> text.append("\\n");
                case '\t' -> text.append("\\t");
                case '\\' -> text.append("\\\\");
                default -> {
                    if (octet >= ' ' && octet < 0x7f) {
                        text.append((char) octet);
                    } else {
                        text.append("\\x%02x".formatted(octet & 0xff));
                    }
                }
            }
        }
        return text.toString();
    }

    /** The rows of a table in the test resources: three columns between bars, the last of which may hold bars. */
    public static List<String[]> table(String resource) {
        try (InputStream in = Objects.requireNonNull(WireText.class.getResourceAsStream(resource), resource)) {
            List<String[]> rows = new ArrayList<>();
            for (String line : new String(in.readAllBytes(), ISO_8859_1).split("\n", -1)) {
                if (!line.startsWith("#") && !line.isBlank()) {
                    String[] columns = line.split(" \\| ?", 3);
                    rows.add(new String[] {columns[0].strip(), columns[1], columns[2]});
                }
            }
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
