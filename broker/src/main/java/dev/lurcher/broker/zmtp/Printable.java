package dev.lurcher.broker.zmtp;

/** Shows bytes from outside in a log line or a message, so that they can neither break the line nor drive a terminal. */
final class Printable {
    private Printable() {}

    /** Printable ASCII as it is, every other byte and the backslash as {@code \xHH}; cut after {@code most} bytes. */
    static String of(byte[] bytes, int most) {
        StringBuilder shown = new StringBuilder(Math.min(bytes.length, most) + 8);
        for (int i = 0; i < bytes.length && i < most; i++) {
            int b = bytes[i] & 0xFF;
            if (b >= 0x20 && b < 0x7F && b != '\\') {
                shown.append((char) b);
            } else {
                shown.append("\\x").append(Character.forDigit(b >> 4, 16)).append(Character.forDigit(b & 15, 16));
            }
        }
        return bytes.length > most ? shown.append("...").toString() : shown.toString();
    }
}
