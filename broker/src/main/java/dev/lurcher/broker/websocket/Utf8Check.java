package dev.lurcher.broker.websocket;

/**
 * Whether octets are UTF-8 (RFC 3629), told at the first one that is not, however they are split.
 * <p>Not thread-safe.
 */
final class Utf8Check {
    private static final int LEAST = 0x80;
    private static final int MOST = 0xbf;

    /** Octets of the present character still to come. */
    private int rest;
    /** What the next of them may be. */
    private int least = LEAST;

    private int most = MOST;

    void start() {
        rest = 0;
        least = LEAST;
        most = MOST;
    }

    /** Looks at the next octets; false once one is out of place. */
    boolean take(byte[] a, int from, int to) {
        for (int i = from; i < to; i++) {
            int octet = a[i];
            if (rest > 0) {
                octet &= 0xff;
                if (octet < least || octet > most) {
                    return false;
                }
                rest--;
                least = LEAST;
                most = MOST;
            } else if (octet < 0 && !begin(octet & 0xff)) {
                return false;
            }
        }
        return true;
    }

    /** Whether no character is left open. */
    boolean isComplete() {
        return rest == 0;
    }

    /** The first octet of a character says how many follow; of some the second is bounded, against overlong forms and surrogates. */
    private boolean begin(int octet) {
        if (octet < 0xc2 || octet > 0xf4) {
            return false;
        }
        rest = octet < 0xe0 ? 1 : octet < 0xf0 ? 2 : 3;
        switch (octet) {
            case 0xe0 -> least = 0xa0;
            case 0xed -> most = 0x9f;
            case 0xf0 -> least = 0x90;
            case 0xf4 -> most = 0x8f;
            default -> {}
        }
        return true;
    }
}
