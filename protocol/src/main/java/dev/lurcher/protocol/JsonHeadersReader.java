package dev.lurcher.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lurcher.protocol.Fields.Field;
import dev.lurcher.protocol.ProtocolException.Code;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a JSON object of strings and lists of strings. Takes more than JSON does, because Mongrel2 writes control bytes and
 * bytes that are no UTF-8 as they are: inside a string every byte but {@code "} and {@code \} stands for itself.
 */
final class JsonHeadersReader {
    private final byte[] bytes;
    private final int end;
    private int position;

    JsonHeadersReader(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.position = from;
        this.end = to;
    }

    List<Field> read() {
        List<Field> fields = new ArrayList<>();
        expect('{');
        if (!skip('}')) {
            do {
                String name = string();
                expect(':');
                value(name, fields);
            } while (skip(','));
            expect('}');
        }
        blanks();
        if (position != end) {
            throw broken("bytes after the object");
        }
        return fields;
    }

    private void value(String name, List<Field> fields) {
        if (!skip('[')) {
            fields.add(new Field(name, string()));
        } else if (!skip(']')) {
            do {
                fields.add(new Field(name, string()));
            } while (skip(','));
            expect(']');
        }
    }

    private String string() {
        expect('"');
        int from = position;
        boolean escaped = false;
        boolean ascii = true;
        while (position < end && bytes[position] != '"') {
            ascii &= bytes[position] >= 0;
            if (bytes[position] == '\\') {
                escaped = true;
                position++;
            }
            position++;
        }
        if (position >= end) {
            throw broken("string without an end");
        }
        int length = position++ - from;
        String raw = ascii ? new String(bytes, from, length, ISO_8859_1) : decode(from, length);
        return escaped ? unescape(raw) : raw;
    }

    private String decode(int from, int length) {
        try {
            return UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, length))
                    .toString();
        } catch (CharacterCodingException e) {
            return new String(bytes, from, length, ISO_8859_1);
        }
    }

    private String unescape(String raw) {
        StringBuilder text = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c != '\\') {
                text.append(c);
                continue;
            }
            char kind = raw.charAt(++i);
            if (kind == 'u') {
                text.append(hex(raw, i + 1));
                i += 4;
            } else {
                text.append(single(kind));
            }
        }
        return text.toString();
    }

    private char single(char kind) {
        return switch (kind) {
            case '"', '\\', '/' -> kind;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> throw broken("unknown escape");
        };
    }

    private char hex(String raw, int from) {
        int value = 0;
        for (int i = from; i < from + 4; i++) {
            int digit = i < raw.length() ? Character.digit(raw.charAt(i), 16) : -1;
            if (digit < 0 || raw.charAt(i) > 'f') {
                throw broken("four hexadecimal digits expected");
            }
            value = value << 4 | digit;
        }
        return (char) value;
    }

    private void expect(char wanted) {
        if (!skip(wanted)) {
            throw broken("'" + wanted + "' expected");
        }
    }

    private boolean skip(char wanted) {
        blanks();
        if (position < end && bytes[position] == wanted) {
            position++;
            return true;
        }
        return false;
    }

    private void blanks() {
        while (position < end && isBlank(bytes[position])) {
            position++;
        }
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t' || b == '\r' || b == '\n';
    }

    private ProtocolException broken(String what) {
        return new ProtocolException(Code.BAD_HEADERS, what + ", near byte " + position);
    }
}
