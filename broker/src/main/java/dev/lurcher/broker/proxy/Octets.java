package dev.lurcher.broker.proxy;

/** Which octets may stand where in an answer (RFC 9110, 5.5 and 5.6.2). */
final class Octets {
    private static final byte TOKEN = 1;
    private static final byte VALUE = 2;
    private static final byte[] OF = new byte[256];

    static {
        for (int octet = ' '; octet < OF.length; octet++) {
            OF[octet] = octet == 0x7f ? 0 : VALUE;
        }
        OF['\t'] = VALUE;
        for (int octet = '!'; octet < 0x7f; octet++) {
            if (Character.isLetterOrDigit(octet) || "!#$%&'*+-.^_`|~".indexOf(octet) >= 0) {
                OF[octet] |= TOKEN;
            }
        }
    }

    private Octets() {}

    /** What names are made of. */
    static boolean isToken(byte octet) {
        return (OF[octet & 0xff] & TOKEN) != 0;
    }

    /** What values are made of: everything but control characters, and the tab. */
    static boolean isValue(byte octet) {
        return (OF[octet & 0xff] & VALUE) != 0;
    }

    static boolean isDigit(byte octet) {
        return octet >= '0' && octet <= '9';
    }

    static boolean isBlank(byte octet) {
        return octet == ' ' || octet == '\t';
    }

    /** The value of a hexadecimal digit, or -1. */
    static int hex(byte octet) {
        int lower = octet | 0x20;
        return isDigit(octet) ? octet - '0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    /**
     * Whether octets are a word, whatever the case of their letters.
     *
     * @param word in lower case: letters, digits, {@code -}
     */
    static boolean same(byte[] a, int from, int to, String word) {
        if (to - from != word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            byte octet = a[from + i];
            if ((octet >= 'A' && octet <= 'Z' ? octet | 0x20 : octet) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
