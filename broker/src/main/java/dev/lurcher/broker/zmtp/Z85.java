package dev.lurcher.broker.zmtp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Keys as text: five printable characters for each four bytes (ZeroMQ RFC 32/Z85). */
final class Z85 {
    private static final byte[] DIGITS = ("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                    + ".-:+=^!/*?&<>()[]{}@%$#")
            .getBytes(StandardCharsets.US_ASCII);
    private static final int BASE = 85;
    private static final int CHARACTERS = 5;
    private static final int BYTES = 4;
    private static final byte[] VALUES = values();

    private Z85() {}

    private static byte[] values() {
        byte[] values = new byte[128];
        Arrays.fill(values, (byte) -1);
        for (int i = 0; i < DIGITS.length; i++) {
            values[DIGITS[i]] = (byte) i;
        }
        return values;
    }

    /** @param bytes a multiple of four of them */
    static String encode(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length / BYTES * CHARACTERS);
        for (int at = 0; at < bytes.length; at += BYTES) {
            long value = 0;
            for (int i = 0; i < BYTES; i++) {
                value = (value << 8) | (bytes[at + i] & 0xFF);
            }
            for (int divisor = BASE * BASE * BASE * BASE; divisor > 0; divisor /= BASE) {
                text.append((char) DIGITS[(int) (value / divisor % BASE)]);
            }
        }
        return text.toString();
    }

    /**
     * The bytes that a text stands for.
     *
     * @throws IllegalArgumentException if it stands for none; the message says why, and shows nothing of the text
     */
    static byte[] decode(String text) {
        if (text.length() % CHARACTERS != 0) {
            throw new IllegalArgumentException("its " + text.length() + " characters are no multiple of five");
        }
        byte[] bytes = new byte[text.length() / CHARACTERS * BYTES];
        for (int group = 0; group < bytes.length / BYTES; group++) {
            long value = 0;
            for (int i = 0; i < CHARACTERS; i++) {
                value = value * BASE + digit(text, group * CHARACTERS + i);
            }
            if (value >>> 32 != 0) {
                throw new IllegalArgumentException("characters " + (group * CHARACTERS + 1) + " to "
                        + (group * CHARACTERS + CHARACTERS) + " stand for no four bytes");
            }
            for (int i = 0; i < BYTES; i++) {
                bytes[group * BYTES + i] = (byte) (value >>> (24 - 8 * i));
            }
        }
        return bytes;
    }

    private static int digit(String text, int at) {
        char c = text.charAt(at);
        int value = c < VALUES.length ? VALUES[c] : -1;
        if (value < 0) {
            throw new IllegalArgumentException("character " + (at + 1) + " is none of Z85's");
        }
        return value;
    }
}
