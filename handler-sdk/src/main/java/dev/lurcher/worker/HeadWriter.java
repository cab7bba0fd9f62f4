package dev.lurcher.worker;

/** Writes texts of chars 0..255 into an array of the length that they have together. For one thread. */
final class HeadWriter {
    private final byte[] bytes;
    private int at;

    HeadWriter(int length) {
        bytes = new byte[length];
    }

    HeadWriter put(String octets) {
        for (int i = 0; i < octets.length(); i++) {
            bytes[at + i] = (byte) octets.charAt(i);
        }
        at += octets.length();
        return this;
    }

    byte[] bytes() {
        return bytes;
    }
}
