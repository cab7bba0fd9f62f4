package dev.lurcher.broker.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/**
 * Picks out of an answer's field lines the three that decide about its end: Content-Length, Transfer-Encoding, Connection.
 * Names and values may come in pieces; nothing is allocated.
 */
final class FramingFields {
    private static final byte[] CONTENT_LENGTH = "content-length".getBytes(US_ASCII);
    private static final byte[] TRANSFER_ENCODING = "transfer-encoding".getBytes(US_ASCII);
    private static final byte[] CONNECTION = "connection".getBytes(US_ASCII);
    private static final byte[] CHUNKED = "chunked".getBytes(US_ASCII);
    private static final byte[] CLOSE = "close".getBytes(US_ASCII);
    private static final int LENGTH_DIGITS = 18;

    private enum Kind {
        OTHER,
        LENGTH,
        CODING,
        CONNECTION
    }

    /** A name, or one element of a value, in lower case. What is longer than the array is none that matters. */
    private final byte[] text = new byte[24];

    private int textLength;
    private boolean gap;
    private Kind kind = Kind.OTHER;

    private boolean contradictory;
    private long length;
    /** Digits of Content-Length. */
    private int lengthDigits;

    private int codings;
    private boolean chunked;
    private boolean chunkedBefore;
    private boolean close;

    void start() {
        kind = Kind.OTHER;
        contradictory = false;
        length = -1;
        codings = 0;
        chunked = false;
        chunkedBefore = false;
        close = false;
    }

    /** The value of Content-Length, or -1 where there is none. */
    long length() {
        return length;
    }

    /** Whether there is a Transfer-Encoding. */
    boolean hasCoding() {
        return codings > 0;
    }

    /** Whether the last transfer coding is chunked. */
    boolean isChunked() {
        return chunked;
    }

    /** Whether Connection says close. */
    boolean saysClose() {
        return close;
    }

    /** Whether the lines contradict each other or are malformed, so that two readers could find two different ends. */
    boolean isContradictory() {
        return contradictory || (hasCoding() && length >= 0);
    }

    void startName() {
        textLength = 0;
        gap = false;
    }

    /** Takes the next octets of a name. */
    void name(byte[] a, int from, int to) {
        if (textLength == 0 && from < to) {
            int first = a[from] | 0x20;
            if (first != 'c' && first != 't') {
                textLength = text.length + 1; // None of the three; need not be kept.
            }
        }
        if (textLength + to - from > text.length) {
            textLength = text.length + 1;
            return;
        }
        for (int i = from; i < to; i++) {
            append(a[i]);
        }
    }

    /** The name has ended. Whether {@link #value} must be given its value. */
    boolean startValue() {
        if (is(CONTENT_LENGTH)) {
            kind = Kind.LENGTH;
        } else if (is(TRANSFER_ENCODING)) {
            kind = Kind.CODING;
        } else {
            kind = is(CONNECTION) ? Kind.CONNECTION : Kind.OTHER;
        }
        textLength = 0;
        gap = false;
        return kind != Kind.OTHER;
    }

    /** Takes the next octet of a value. */
    void value(byte octet) {
        if (octet == ',') {
            element(true);
        } else if (octet == ' ' || octet == '\t') {
            gap = textLength > 0;
        } else {
            if (gap) {
                textLength = text.length + 1; // A space inside: no element that matters.
            }
            append(octet);
        }
    }

    /** The value has ended. */
    void endValue() {
        element(false);
    }

    private void element(boolean more) {
        switch (kind) {
            case LENGTH -> lengthElement(more);
            case CODING -> codingElement();
            case CONNECTION -> close |= is(CLOSE);
            case OTHER -> {}
        }
        textLength = 0;
        gap = false;
    }

    private void lengthElement(boolean more) {
        long value = more || textLength == 0 || textLength > LENGTH_DIGITS ? -1 : 0;
        for (int i = 0; value >= 0 && i < textLength; i++) {
            value = OctetClass.is(OctetClass.DIGIT, text[i]) ? value * 10 + (text[i] - '0') : -1;
        }
        // There are readers for which 1 and 01 are two lengths.
        contradictory |= value < 0 || (length >= 0 && (length != value || lengthDigits != textLength));
        length = value;
        lengthDigits = textLength;
    }

    private void codingElement() {
        codings++;
        chunked = is(CHUNKED);
        contradictory |= textLength == 0 || (chunked && chunkedBefore);
        chunkedBefore |= chunked;
    }

    private void append(byte octet) {
        if (textLength < text.length) {
            text[textLength++] = (byte) (octet >= 'A' && octet <= 'Z' ? octet | 0x20 : octet);
        } else {
            textLength = text.length + 1;
        }
    }

    private boolean is(byte[] word) {
        return textLength == word.length && Arrays.equals(text, 0, textLength, word, 0, word.length);
    }
}
