package dev.lurcher.broker.zmtp;

import dev.lurcher.broker.zmtp.ZmtpException.Code;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration keeps of a password.
 * <pre>
 *   hash = "sha256:" salt ":" digest      salt = 32 hexadecimal digits, digest = 64
 * </pre>
 * One round of SHA-256 is enough because the passwords are not chosen by people: {@link #newPassword} makes them with 160 bits
 * of chance, which nobody guesses. A slow hash would let whoever knows a user's name keep an event loop busy. Immutable.
 */
public final class PasswordHash {
    private static final Pattern FORM = Pattern.compile("sha256:([0-9a-f]{32}):([0-9a-f]{64})");
    private static final int SALT_BYTES = 16;
    private static final int PASSWORD_BYTES = 20;

    private final byte[] salt;
    private final byte[] digest;

    private PasswordHash(byte[] salt, byte[] digest) {
        this.salt = salt;
        this.digest = digest;
    }

    /** A password that nobody guesses: 25 characters of Z85. */
    public static String newPassword() {
        return Z85.encode(CurvePair.random(PASSWORD_BYTES));
    }

    /** The hash of a password. */
    public static PasswordHash of(String password) {
        byte[] salt = CurvePair.random(SALT_BYTES);
        return new PasswordHash(salt, digest(salt, password.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Reads a hash.
     *
     * @throws ZmtpException BAD_KEY; the message shows nothing of the text, which may be a password at the wrong place
     */
    public static PasswordHash parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new ZmtpException(
                    Code.BAD_KEY,
                    "this is no password hash: it is not of the form sha256:SALT:DIGEST. Fix: write what"
                            + " broker keygen --user NAME printed.");
        }
        HexFormat hex = HexFormat.of();
        return new PasswordHash(hex.parseHex(matcher.group(1)), hex.parseHex(matcher.group(2)));
    }

    /** Whether it is the hash of this password. Takes as long for every password. */
    boolean matches(byte[] password) {
        return MessageDigest.isEqual(digest, digest(salt, password));
    }

    private static byte[] digest(byte[] salt, byte[] password) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(salt);
            return sha256.digest(password);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PasswordHash hash
                && Arrays.equals(salt, hash.salt)
                && Arrays.equals(digest, hash.digest);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(digest);
    }

    /** The form in which it is kept. */
    @Override
    public String toString() {
        HexFormat hex = HexFormat.of();
        return "sha256:" + hex.formatHex(salt) + ":" + hex.formatHex(digest);
    }
}
