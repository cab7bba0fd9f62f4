package dev.lurcher.protocol;

/**
 * Which field lines of a request go into its header dictionary, and which of them share a name. Reused; allocates only for a
 * request that has more fields than any before.
 */
final class FieldIndex {
    /** There is no further field of the same name. */
    static final int NONE = -1;

    private static final int ELSEWHERE = -1;
    private static final String FORWARDED_FOR = "x-forwarded-for";
    /** Names by which a worker recognises what the broker itself says; a client's fields of such names are removed. */
    private static final String[] RESERVED = {"x-mongrel2-upload-", "upload_", "peer_cert_"};

    private int[] keys = new int[64];
    private int[] next = new int[64];
    /** For the first field of a name the index of its latest; ELSEWHERE for the later ones and for removed fields. */
    private int[] latest = new int[64];

    /** Looks at all fields of a request. */
    void read(RequestHead head) {
        int count = head.fieldCount();
        if (count > keys.length) {
            keys = new int[count * 2];
            next = new int[count * 2];
            latest = new int[count * 2];
        }
        boolean replaceForwardedFor = head.forwardedFor() != null;
        long seen = 0;
        for (int i = 0; i < count; i++) {
            CharSequence name = head.fieldName(i);
            next[i] = NONE;
            if (isRemoved(name, replaceForwardedFor)) {
                latest[i] = ELSEWHERE;
                continue;
            }
            keys[i] = key(name);
            latest[i] = i;
            long bit = 1L << ((keys[i] * 0x9e3779b9) >>> 26);
            if ((seen & bit) != 0) {
                join(head, name, i);
            }
            seen |= bit;
        }
    }

    /** Whether this field is written, as the first of its name. */
    boolean leads(int index) {
        return latest[index] != ELSEWHERE;
    }

    /** The next field with the name of this one, or {@link #NONE}. */
    int next(int index) {
        return next[index];
    }

    private void join(RequestHead head, CharSequence name, int index) {
        for (int first = 0; first < index; first++) {
            if (keys[first] == keys[index] && leads(first) && same(head.fieldName(first), name)) {
                next[latest[first]] = index;
                latest[first] = index;
                latest[index] = ELSEWHERE;
                return;
            }
        }
    }

    private static boolean isRemoved(CharSequence name, boolean replaceForwardedFor) {
        int first = Octets.lower(name.charAt(0));
        if (first != 'x' && first != 'u' && first != 'p') {
            return false;
        }
        for (String reserved : RESERVED) {
            if (startsWith(name, reserved)) {
                return true;
            }
        }
        return replaceForwardedFor && name.length() == FORWARDED_FOR.length() && startsWith(name, FORWARDED_FOR);
    }

    /** Equal for equal names, whatever their case; seldom equal for others. */
    private static int key(CharSequence name) {
        int length = name.length();
        return length << 24
                | Octets.lower(name.charAt(0)) << 16
                | Octets.lower(name.charAt(length >> 1)) << 8
                | Octets.lower(name.charAt(length - 1));
    }

    private static boolean same(CharSequence a, CharSequence b) {
        return a.length() == b.length() && startsWith(a, b);
    }

    private static boolean startsWith(CharSequence text, CharSequence start) {
        if (text.length() < start.length()) {
            return false;
        }
        for (int i = 0; i < start.length(); i++) {
            if (Octets.lower(text.charAt(i)) != Octets.lower(start.charAt(i))) {
                return false;
            }
        }
        return true;
    }
}
