package dev.lurcher.broker.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** Which octets may stand where in an HTTP head: one table look-up per octet. */
final class OctetClass {
    /** RFC 9110, 5.6.2: what methods and field names are made of. */
    static final int TOKEN = 1;

    /** RFC 3986: what may stand in a request target, but for {@code % ? # [ ]}, which are looked at one by one. */
    static final int TARGET = 2;

    /** What may stand in a request target besides, under the setting {@code request.relaxed}. */
    static final int RELAXED = 4;

    /** RFC 9110, 5.5: field values; visible octets, space, tab, and everything from 0x80. */
    static final int VALUE = 8;

    /** Hexadecimal digits. */
    static final int HEX = 16;

    /** Decimal digits. */
    static final int DIGIT = 32;

    /** Names of hosts: letters, digits, {@code - . _ ~}. */
    static final int HOST = 64;

    /** The classes of each octet, as bits. */
    static final byte[] OF = new byte[256];

    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static final String DIGITS = "0123456789";

    static {
        mark(TOKEN, LETTERS + DIGITS + "!#$%&'*+-.^_`|~");
        mark(TARGET, LETTERS + DIGITS + "-._~" + "!$&'()*+,;=" + ":@/");
        mark(RELAXED, "{}^");
        mark(HEX, DIGITS + "abcdefABCDEF");
        mark(DIGIT, DIGITS);
        mark(HOST, LETTERS + DIGITS + "-._~");
        OF['\t'] |= VALUE;
        for (int octet = ' '; octet < OF.length; octet++) {
            if (octet != 0x7f) {
                OF[octet] |= VALUE;
            }
        }
    }

    private OctetClass() {}

    /** Whether an octet is of one of the classes. */
    static boolean is(int classes, byte octet) {
        return (OF[octet & 0xff] & classes) != 0;
    }

    /** Whether a text is not empty and all its chars are of one of the classes. */
    static boolean all(int classes, String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c > 0xff || (OF[c] & classes) == 0) {
                return false;
            }
        }
        return from < to;
    }

    private static void mark(int bit, String octets) {
        for (byte octet : octets.getBytes(US_ASCII)) {
            OF[octet] |= (byte) bit;
        }
    }
}
