package dev.lurcher.broker.zmtp;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.jspecify.annotations.Nullable;

/**
 * Seals and opens the boxes of one key (NaCl's {@code crypto_secretbox}: XSalsa20 and Poly1305). The octets of a box may
 * be worked upon in parts, however large it is.
 * <pre>
 *   box        = authenticator ciphertext      authenticator = 16OCTET, of the ciphertext
 *   key stream = authenticator-key stream      authenticator-key = 32OCTET
 * </pre>
 * To seal: {@link #start}, {@link #seal} part by part, {@link #authenticator}. To open: {@link #start}, {@link #open} part by
 * part, and then {@link #isAuthentic}: before that has said yes, what was opened is worth nothing.
 * <p>Not for several threads.
 */
final class SecretBox {
    static final int AUTHENTICATOR_BYTES = 16;
    static final int NONCE_BYTES = 24;

    private final Salsa20 stream;
    private final Poly1305 authentication = new Poly1305();
    private final byte[] authenticationKey = new byte[32];
    private final byte[] computed = new byte[AUTHENTICATOR_BYTES];

    /** @param prefix the first 16 octets of all nonces */
    SecretBox(byte[] key, byte[] prefix) {
        stream = new Salsa20(key, prefix);
    }

    /**
     * Begins a box.
     *
     * @param tail the last 8 octets of its nonce, in network order
     */
    void start(long tail) {
        stream.start(tail);
        Arrays.fill(authenticationKey, (byte) 0);
        stream.combine(authenticationKey, 0, authenticationKey.length);
        authentication.init(new KeyParameter(authenticationKey));
    }

    /** Makes ciphertext of plaintext, in its place. */
    void seal(byte[] bytes, int from, int to) {
        stream.combine(bytes, from, to);
        authentication.update(bytes, from, to - from);
    }

    /** Makes plaintext of ciphertext, in its place. */
    void open(byte[] bytes, int from, int to) {
        authentication.update(bytes, from, to - from);
        stream.combine(bytes, from, to);
    }

    /** Ends a box that was sealed. Valid until the next call. */
    byte[] authenticator() {
        authentication.doFinal(computed, 0);
        return computed;
    }

    /** Ends a box that was opened: whether the owner of the key has made it, and nobody has changed it. */
    boolean isAuthentic(byte[] authenticator) {
        return MessageDigest.isEqual(authenticator(), authenticator);
    }

    // Boxes that are short, and made once.

    /**
     * Seals what two have in common.
     *
     * @param shared see {@link CurvePair#shared}
     * @param nonce 24 octets
     */
    static byte[] sealed(byte[] shared, byte[] nonce, byte[] plain) {
        SecretBox sealing = of(shared, nonce);
        byte[] box = new byte[AUTHENTICATOR_BYTES + plain.length];
        System.arraycopy(plain, 0, box, AUTHENTICATOR_BYTES, plain.length);
        sealing.start(tail(nonce));
        sealing.seal(box, AUTHENTICATOR_BYTES, box.length);
        System.arraycopy(sealing.authenticator(), 0, box, 0, AUTHENTICATOR_BYTES);
        return box;
    }

    /** Opens what {@link #sealed} has made; null when it is not that. */
    static byte @Nullable [] opened(byte[] shared, byte[] nonce, byte[] box) {
        if (box.length < AUTHENTICATOR_BYTES) {
            return null;
        }
        SecretBox opening = of(shared, nonce);
        byte[] plain = Arrays.copyOfRange(box, AUTHENTICATOR_BYTES, box.length);
        opening.start(tail(nonce));
        opening.open(plain, 0, plain.length);
        return opening.isAuthentic(Arrays.copyOf(box, AUTHENTICATOR_BYTES)) ? plain : null;
    }

    /** The key for all boxes between two (NaCl's {@code crypto_box_beforenm}). */
    static byte[] key(byte[] shared) {
        return Salsa20.hSalsa20(shared, new byte[Salsa20.PREFIX_BYTES]);
    }

    private static SecretBox of(byte[] shared, byte[] nonce) {
        return new SecretBox(key(shared), Arrays.copyOf(nonce, Salsa20.PREFIX_BYTES));
    }

    private static long tail(byte[] nonce) {
        return ByteBuffer.wrap(nonce).getLong(Salsa20.PREFIX_BYTES);
    }
}
