package dev.lurcher.protocol;

/** The classes of octets that the grammar names. */
final class Octets {
    private Octets() {}

    static boolean isDigit(int octet) {
        return octet >= '0' && octet <= '9';
    }

    static boolean isUpper(int octet) {
        return octet >= 'A' && octet <= 'Z';
    }

    /** Whether a sender id may hold it. */
    static boolean isSender(int octet) {
        return isDigit(octet) || isUpper(octet) || (octet >= 'a' && octet <= 'z') || octet == '-';
    }

    /** Whether a word may be a sender id. */
    static boolean isSenderId(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (!isSender(word.charAt(i))) {
                return false;
            }
        }
        return !word.isEmpty();
    }

    /** ASCII letters in lower case, all else as it is. */
    static int lower(int octet) {
        return isUpper(octet) ? octet | 0x20 : octet;
    }
}
