package dev.lurcher.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lurcher.protocol.ProtocolException.Code;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/**
 * The parts that JSON is made of, one after the other. Takes more than JSON does, because Mongrel2 writes control bytes and
 * bytes that are no UTF-8 as they are: inside a string every byte but {@code "} and {@code \} stands for itself.
 */
final class JsonText {
    private final byte[] bytes;
    private final int end;
    private int position;

    JsonText(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.position = from;
        this.end = to;
    }

    String string() {
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
        String known = escaped || !ascii ? null : KnownWords.find(bytes, from, length);
        if (known != null) {
            return known;
        }
        String raw = ascii ? new String(bytes, from, length, ISO_8859_1) : decode(from, length);
        return escaped ? unescape(raw) : raw;
    }

    /** A number, {@code true}, {@code false} or {@code null}, as it is written. */
    String word() {
        blanks();
        int from = position;
        while (position < end && isWord(bytes[position])) {
            position++;
        }
        if (position == from) {
            throw broken("value expected");
        }
        return new String(bytes, from, position - from, ISO_8859_1);
    }

    /** Whether a character is next, blanks aside. */
    boolean sees(char wanted) {
        blanks();
        return position < end && bytes[position] == wanted;
    }

    void expect(char wanted) {
        if (!skip(wanted)) {
            throw broken("'" + wanted + "' expected");
        }
    }

    boolean skip(char wanted) {
        boolean there = sees(wanted);
        if (there) {
            position++;
        }
        return there;
    }

    void expectEnd() {
        blanks();
        if (position != end) {
            throw broken("bytes after the object");
        }
    }

    ProtocolException broken(String what) {
        return new ProtocolException(Code.BAD_HEADERS, what + ", near byte " + position);
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

    private void blanks() {
        while (position < end && isBlank(bytes[position])) {
            position++;
        }
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t' || b == '\r' || b == '\n';
    }

    private static boolean isWord(byte b) {
        return Octets.isDigit(b) || Octets.isUpper(b) || (b >= 'a' && b <= 'z') || b == '-' || b == '+' || b == '.';
    }
}
