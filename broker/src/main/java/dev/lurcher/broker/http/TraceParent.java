package dev.lurcher.broker.http;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The field {@code traceparent} of W3C Trace Context, level 1, 3.2.
 * <pre>
 *   version "-" trace-id "-" parent-id "-" flags       2, 32, 16 and 2 hexadecimal digits in lower case
 * </pre>
 */
final class TraceParent {
    private static final int LENGTH = 55;
    private static final int TRACE = 3;
    private static final int PARENT = 36;
    private static final int FLAGS = 53;
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private TraceParent() {}

    /** Whether a value can be read. Versions to come may be longer. */
    static boolean isSound(String value) {
        int length = value.length();
        if (length < LENGTH
                || value.startsWith("ff")
                || (length > LENGTH && (value.startsWith("00") || value.charAt(LENGTH) != '-'))) {
            return false;
        }
        return areDigits(value, 0, 2)
                && value.charAt(2) == '-'
                && areDigits(value, TRACE, PARENT - 1)
                && value.charAt(PARENT - 1) == '-'
                && areDigits(value, PARENT, FLAGS - 1)
                && value.charAt(FLAGS - 1) == '-'
                && areDigits(value, FLAGS, LENGTH)
                && !isZero(value, TRACE, PARENT - 1)
                && !isZero(value, PARENT, FLAGS - 1);
    }

    private static boolean areDigits(String value, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = value.charAt(i);
            if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isZero(String value, int from, int to) {
        for (int i = from; i < to; i++) {
            if (value.charAt(i) != '0') {
                return false;
            }
        }
        return true;
    }

    /**
     * That of a trace which begins here.
     *
     * @param parent the id of the request; it becomes that of the trace's first part
     * @param sampled whether it is to be recorded
     */
    static String begun(long parent, boolean sampled) {
        byte[] text = new byte[LENGTH];
        text[0] = '0';
        text[1] = '0';
        text[2] = '-';
        ThreadLocalRandom random = ThreadLocalRandom.current();
        hex(text, TRACE, random.nextLong());
        // None of the two may be zero altogether.
        hex(text, TRACE + 16, random.nextLong() | 1);
        text[PARENT - 1] = '-';
        hex(text, PARENT, parent == 0 ? 1 : parent);
        text[FLAGS - 1] = '-';
        text[FLAGS] = '0';
        text[FLAGS + 1] = (byte) (sampled ? '1' : '0');
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    private static void hex(byte[] text, int at, long value) {
        for (int i = 0; i < 16; i++) {
            text[at + i] = DIGITS[(int) (value >>> (60 - 4 * i)) & 15];
        }
    }
}
