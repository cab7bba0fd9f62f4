package dev.lurcher.broker.telemetry;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * One line on its way to a log: bytes in a reused array. Values that a client can choose are cut after {@link #MOST_CHARS},
 * and none of the ways to write them lets a line feed or another control through. Not thread-safe.
 */
final class Line {
    /** So many chars of a value are written; then {@code ...}. */
    static final int MOST_CHARS = 8 * 1024;

    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};
    private static final boolean[] CONTROL = where(c -> c < 0x20 || c == 0x7f);
    private static final boolean[] NOT_QUOTABLE = where(c -> c < 0x20 || c >= 0x7f || c == '"' || c == '\\');

    private byte[] array = new byte[1024];
    private int start;
    private int end;

    byte[] array() {
        return array;
    }

    int start() {
        return start;
    }

    int end() {
        return end;
    }

    int length() {
        return end - start;
    }

    /** Forgets what was written and leaves a gap for {@link #prependDecimal}. */
    void restart(int gap) {
        start = gap;
        end = gap;
    }

    void octet(int octet) {
        ensure(1);
        array[end++] = (byte) octet;
    }

    void bytes(byte[] bytes) {
        ensure(bytes.length);
        System.arraycopy(bytes, 0, array, end, bytes.length);
        end += bytes.length;
    }

    /** Text of our own, ASCII. */
    void ascii(String text) {
        ensure(text.length());
        for (int i = 0; i < text.length(); i++) {
            array[end++] = (byte) text.charAt(i);
        }
    }

    /** A number; 0 for a negative one. */
    void decimal(long value) {
        ensure(20);
        int digits = digits(value);
        long rest = Math.max(value, 0);
        for (int i = end + digits; i > end; ) {
            array[--i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        end += digits;
    }

    /** The last six digits of a number. */
    void sixDigits(long value) {
        lastDigits(value, 6);
    }

    /** The last three digits of a number. */
    void threeDigits(long value) {
        lastDigits(value, 3);
    }

    private void lastDigits(long value, int count) {
        ensure(count);
        long rest = value;
        for (int i = end + count; i > end; ) {
            array[--i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        end += count;
    }

    void hex(long value) {
        ensure(16);
        for (int shift = 60; shift >= 0; shift -= 4) {
            array[end++] = HEX[(int) (value >>> shift) & 15];
        }
    }

    /** Writes a number and a colon into the gap before the line. */
    void prependDecimal(long value) {
        array[--start] = ':';
        long rest = value;
        do {
            array[--start] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest != 0);
    }

    /** A netstring: controls as {@code \xHH}, everything else as it is. */
    void netstring(String value) {
        int chars = Math.min(value.length(), MOST_CHARS);
        int length = chars;
        for (int i = 0; i < chars; i++) {
            if (CONTROL[octet(value, i)]) {
                length += 3;
            }
        }
        decimal(length);
        octet(':');
        ensure(length + 1);
        for (int i = 0; i < chars; i++) {
            int c = octet(value, i);
            if (CONTROL[c]) {
                hexEscape(c);
            } else {
                array[end++] = (byte) c;
            }
        }
        array[end++] = ',';
    }

    /** What stands between quotes in Apache's formats: {@code "} and {@code \} with a backslash, what is no ASCII as {@code \xHH}. */
    void quotable(String value) {
        int chars = Math.min(value.length(), MOST_CHARS);
        ensure(chars * 4);
        for (int i = 0; i < chars; i++) {
            int c = octet(value, i);
            if (!NOT_QUOTABLE[c]) {
                array[end++] = (byte) c;
            } else if (c == '"' || c == '\\') {
                array[end++] = '\\';
                array[end++] = (byte) c;
            } else {
                hexEscape(c);
            }
        }
        cut(value);
    }

    /** A JSON string with its quotes, in UTF-8; controls of both sets as {@code \}{@code u00HH}. */
    void json(String value) {
        int chars = Math.min(value.length(), MOST_CHARS);
        ensure(chars * 6 + 1);
        array[end++] = '"';
        for (int i = 0; i < chars; i++) {
            char c = value.charAt(i);
            if (c < 0x80 && !NOT_QUOTABLE[c]) {
                array[end++] = (byte) c;
            } else if (c == '"' || c == '\\') {
                array[end++] = '\\';
                array[end++] = (byte) c;
            } else if (c < 0xa0 || Character.isSurrogate(c)) {
                unicodeEscape(c);
            } else {
                utf8(c);
            }
        }
        cut(value);
        octet('"');
    }

    /** Text for people to read, in UTF-8; controls of both sets as {@code \xHH}. */
    void text(String value) {
        int chars = Math.min(value.length(), MOST_CHARS);
        ensure(chars * 4);
        for (int i = 0; i < chars; i++) {
            char c = value.charAt(i);
            if (c >= 0x20 && c < 0x7f) {
                array[end++] = (byte) c;
            } else if (c < 0xa0) {
                hexEscape(c);
            } else {
                utf8(Character.isSurrogate(c) ? '?' : c);
            }
        }
        cut(value);
    }

    private void cut(String value) {
        if (value.length() > MOST_CHARS) {
            ascii("...");
        }
    }

    private void hexEscape(int c) {
        array[end++] = '\\';
        array[end++] = 'x';
        array[end++] = HEX[c >> 4];
        array[end++] = HEX[c & 15];
    }

    private void unicodeEscape(char c) {
        array[end++] = '\\';
        array[end++] = 'u';
        array[end++] = HEX[c >> 12];
        array[end++] = HEX[(c >> 8) & 15];
        array[end++] = HEX[(c >> 4) & 15];
        array[end++] = HEX[c & 15];
    }

    private void utf8(char c) {
        if (c < 0x80) {
            array[end++] = (byte) c;
            return;
        }
        if (c < 0x800) {
            array[end++] = (byte) (0xc0 | (c >> 6));
        } else {
            array[end++] = (byte) (0xe0 | (c >> 12));
            array[end++] = (byte) (0x80 | ((c >> 6) & 0x3f));
        }
        array[end++] = (byte) (0x80 | (c & 0x3f));
    }

    /** A char as a byte; what is none, from the configuration, as {@code ?}. */
    private static int octet(String value, int i) {
        char c = value.charAt(i);
        return c < 256 ? c : '?';
    }

    static int digits(long value) {
        int digits = 1;
        for (long rest = value; rest >= 10; rest /= 10) {
            digits++;
        }
        return digits;
    }

    private void ensure(int more) {
        if (array.length - end < more) {
            array = Arrays.copyOf(array, Math.max(end + more, array.length * 2));
        }
    }

    private static boolean[] where(IntPredicate member) {
        boolean[] table = new boolean[256];
        for (int c = 0; c < 256; c++) {
            table[c] = member.test(c);
        }
        return table;
    }
}
