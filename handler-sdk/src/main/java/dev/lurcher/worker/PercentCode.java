package dev.lurcher.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** Percent-encoding (RFC 3986, 2.1) of texts in UTF-8. What is malformed stays as it is. */
final class PercentCode {
    private PercentCode() {}

    /**
     * Decodes.
     *
     * @param octets chars 0..255
     * @param plusIsBlank as in forms and queries, but not in paths
     */
    static String decode(String octets, boolean plusIsBlank) {
        boolean plain = true;
        for (int i = 0; i < octets.length() && plain; i++) {
            char c = octets.charAt(i);
            plain = c != '%' && c < 0x80 && (c != '+' || !plusIsBlank);
        }
        if (plain) {
            return octets;
        }
        byte[] bytes = octets.getBytes(ISO_8859_1);
        int length = 0;
        for (int i = 0; i < bytes.length; i++) {
            int value = bytes[i] == '%' && i + 2 < bytes.length ? octet(bytes[i + 1], bytes[i + 2]) : -1;
            if (value >= 0) {
                bytes[length++] = (byte) value;
                i += 2;
            } else {
                bytes[length++] = bytes[i] == '+' && plusIsBlank ? (byte) ' ' : bytes[i];
            }
        }
        return new String(Arrays.copyOf(bytes, length), UTF_8);
    }

    private static int octet(byte high, byte low) {
        int value = Character.digit(high, 16) << 4 | Character.digit(low, 16);
        return value < 0 ? -1 : value;
    }
}
