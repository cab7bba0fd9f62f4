package dev.lurcher.broker.zmtp;

import dev.lurcher.broker.zmtp.ZmtpException.Code;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A public key of Curve25519: 32 bytes, written as 40 characters of Z85. Immutable; equal where the bytes are. */
public final class CurveKey {
    static final int BYTES = 32;

    /** How long a key is when it is written. */
    public static final int CHARACTERS = 40;

    private final byte[] bytes;

    private CurveKey(byte[] bytes) {
        this.bytes = bytes;
    }

    static CurveKey of(byte[] bytes) {
        return new CurveKey(bytes.clone());
    }

    /**
     * Reads a key.
     *
     * @param text 40 characters of Z85, as {@code broker keygen} prints them
     * @throws ZmtpException BAD_KEY; the message shows nothing of the text, which may be a secret at the wrong place
     */
    public static CurveKey parse(String text) {
        return new CurveKey(decode(text));
    }

    static byte[] decode(String text) {
        if (text.length() != CHARACTERS) {
            throw bad("it has " + text.length() + " characters, and a key has " + CHARACTERS, null);
        }
        try {
            return Z85.decode(text);
        } catch (IllegalArgumentException e) {
            throw bad(String.valueOf(e.getMessage()), e);
        }
    }

    private static ZmtpException bad(String why, @Nullable Throwable cause) {
        return new ZmtpException(
                Code.BAD_KEY,
                "this is no CURVE key: " + why + ". Fix: write the " + CHARACTERS
                        + " characters that broker keygen printed.",
                cause);
    }

    byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CurveKey key && Arrays.equals(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Its 40 characters. */
    @Override
    public String toString() {
        return Z85.encode(bytes);
    }
}
