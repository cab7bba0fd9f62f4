package dev.lurcher.broker.zmtp;

import java.security.SecureRandom;
import org.bouncycastle.math.ec.rfc7748.X25519;

/** A secret key of Curve25519 and the public one that belongs to it. Immutable. */
public final class CurvePair {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] secret;
    private final CurveKey key;

    private CurvePair(byte[] secret) {
        this.secret = secret;
        byte[] derived = new byte[CurveKey.BYTES];
        X25519.generatePublicKey(secret, 0, derived, 0);
        this.key = CurveKey.of(derived);
    }

    /** A new pair. */
    public static CurvePair generate() {
        byte[] secret = new byte[CurveKey.BYTES];
        X25519.generatePrivateKey(RANDOM, secret);
        return new CurvePair(secret);
    }

    /**
     * The pair of a secret key.
     *
     * @param secret 40 characters of Z85
     * @throws ZmtpException BAD_KEY; the message shows nothing of the text
     */
    public static CurvePair parse(String secret) {
        return new CurvePair(CurveKey.decode(secret));
    }

    /** What the other side is told. */
    public CurveKey key() {
        return key;
    }

    /** What nobody else may know, as 40 characters of Z85. */
    public String secret() {
        return Z85.encode(secret);
    }

    /**
     * What this pair and the owner of another key have in common, and nobody else has.
     *
     * @return 32 bytes; all zero for a key that no pair has
     */
    byte[] shared(byte[] otherKey) {
        byte[] shared = new byte[CurveKey.BYTES];
        X25519.scalarMult(secret, 0, otherKey, 0, shared, 0);
        return shared;
    }

    static byte[] random(int count) {
        byte[] bytes = new byte[count];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    /** The public key alone. */
    @Override
    public String toString() {
        return key.toString();
    }
}
