package dev.lurcher.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A growing byte array with the few ways in which a message is written. Not thread-safe. */
final class Output {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH = 0x8080808080808080L;
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};
    /** The lower-cased octet; 0 for those that JSON does not take as they are. */
    private static final byte[] PLAIN_LOWER = plainLower();

    private byte[] array = new byte[1024];
    private int end;

    byte[] array() {
        return array;
    }

    int end() {
        return end;
    }

    /** Forgets what was written and leaves a gap at the front. */
    void restart(int gap) {
        end = 0;
        ensure(gap);
        end = gap;
    }

    void octet(char c) {
        ensure(1);
        array[end++] = (byte) c;
    }

    void bytes(byte[] source) {
        ensure(source.length);
        System.arraycopy(source, 0, array, end, source.length);
        end += source.length;
    }

    void bytes(ByteBuffer source) {
        int length = source.remaining();
        ensure(length);
        source.get(source.position(), array, end, length);
        end += length;
    }

    /** Copies chars 0..255 as octets. */
    void latin1(String text) {
        ensure(text.length());
        copy(text, end);
        end += text.length();
    }

    /** Copies chars 0..255 as octets, ASCII letters lower-cased. */
    void lower(CharSequence text) {
        int length = text.length();
        ensure(length);
        for (int i = 0; i < length; i++) {
            int c = text.charAt(i);
            array[end++] = (byte) Octets.lower(c);
        }
    }

    void decimal(int value) {
        int digits = digits(value);
        ensure(digits);
        end += digits;
        decimalBefore(end, value);
    }

    /** Writes a number so that it ends before an index; returns where it begins. */
    int decimalBefore(int index, int value) {
        int at = index;
        int rest = value;
        do {
            int tenth = rest / 10;
            array[--at] = (byte) ('0' + rest - tenth * 10);
            rest = tenth;
        } while (rest != 0);
        return at;
    }

    /** Writes octets so that they end before an index; returns where they begin. */
    int bytesBefore(int index, byte[] source) {
        int at = index - source.length;
        System.arraycopy(source, 0, array, at, source.length);
        return at;
    }

    /** Writes chars 0..255 as octets so that they end before an index; returns where they begin. */
    int latin1Before(int index, String text) {
        int at = index - text.length();
        copy(text, at);
        return at;
    }

    int octetBefore(int index, char c) {
        array[index - 1] = (byte) c;
        return index - 1;
    }

    /**
     * Writes the inside of a JSON string: chars 0..255, escaped where JSON asks for it, those from 0x80 as UTF-8. The usual
     * text costs a copy and a few compares for each eight octets.
     */
    void json(String text) {
        int length = text.length();
        ensure(length);
        copy(text, end);
        int plain = plainPrefix(end, length);
        end += plain;
        if (plain < length) {
            ensure((length - plain) * 6);
            for (int i = plain; i < length; i++) {
                escape(text.charAt(i) & 0xff);
            }
        }
    }

    /** As {@link #json}, ASCII letters lower-cased. */
    void jsonLower(CharSequence text) {
        int length = text.length();
        ensure(length * 6);
        for (int i = 0; i < length; i++) {
            int c = text.charAt(i) & 0xff;
            byte lower = PLAIN_LOWER[c];
            if (lower != 0) {
                array[end++] = lower;
            } else {
                escape(c);
            }
        }
    }

    /** Digits of a number that is not negative. */
    static int digits(int value) {
        int digits = 1;
        for (int rest = value; rest >= 10; rest /= 10) {
            digits++;
        }
        return digits;
    }

    @SuppressWarnings("deprecation") // does exactly what is wanted, octets from chars 0..255, and is a plain array copy
    private void copy(String text, int at) {
        text.getBytes(0, text.length(), array, at);
    }

    /** How many octets of a range, counted in eights until near its end, JSON takes as they are. */
    private int plainPrefix(int from, int length) {
        int i = 0;
        for (; i + 8 <= length; i += 8) {
            long w = (long) LONG.get(array, from + i);
            long quote = w ^ ONES * '"';
            long backslash = w ^ ONES * '\\';
            // A high bit for each octet >= 0x80, < 0x20, '"' or '\'; false alarms only behind a true one.
            long found = w | (w - ONES * 0x20) | (quote - ONES) | (backslash - ONES);
            if ((found & HIGH) != 0) {
                return i;
            }
        }
        while (i < length && PLAIN_LOWER[array[from + i] & 0xff] != 0) {
            i++;
        }
        return i;
    }

    private void escape(int c) {
        if (c >= 0x80) {
            array[end++] = (byte) (0xc0 | c >> 6);
            array[end++] = (byte) (0x80 | (c & 0x3f));
        } else if (c == '"' || c == '\\') {
            array[end++] = '\\';
            array[end++] = (byte) c;
        } else if (c < 0x20) {
            array[end++] = '\\';
            array[end++] = 'u';
            array[end++] = '0';
            array[end++] = '0';
            array[end++] = HEX[c >> 4];
            array[end++] = HEX[c & 0xf];
        } else {
            array[end++] = (byte) c;
        }
    }

    private void ensure(int more) {
        int needed = Math.addExact(end, more);
        if (needed > array.length) {
            array = Arrays.copyOf(array, Math.max(needed, array.length * 2));
        }
    }

    private static byte[] plainLower() {
        byte[] table = new byte[256];
        for (int c = 0x20; c < 0x80; c++) {
            table[c] = (byte) Octets.lower(c);
        }
        table['"'] = 0;
        table['\\'] = 0;
        return table;
    }
}
