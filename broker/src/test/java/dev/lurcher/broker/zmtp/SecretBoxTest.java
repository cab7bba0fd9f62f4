package dev.lurcher.broker.zmtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.neilalexander.jnacl.crypto.curve25519xsalsa20poly1305;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Boxes are those of NaCl: as another implementation makes and opens them. */
class SecretBoxTest {
    private final CurvePair alice = CurvePair.generate();
    private final CurvePair bob = CurvePair.generate();
    private final byte[] nonce = CurvePair.random(SecretBox.NONCE_BYTES);

    /** NaCl's own box, made by the implementation that JeroMQ uses. */
    private byte[] naclBox(byte[] plain) {
        byte[] padded = new byte[32 + plain.length];
        System.arraycopy(plain, 0, padded, 32, plain.length);
        byte[] box = new byte[padded.length];
        byte[] secret = Z85.decode(alice.secret());
        assertEquals(
                0,
                curve25519xsalsa20poly1305.crypto_box(
                        box, padded, padded.length, nonce, bob.key().bytes(), secret));
        return Arrays.copyOfRange(box, 16, box.length);
    }

    private static byte[] text(int length) {
        byte[] text = new byte[length];
        new Random(length).nextBytes(text);
        return text;
    }

    /** "Cryptography in NaCl" (D. J. Bernstein), section 10. */
    @Test
    void makesTheKeyOfTheExampleInItsSpecification() {
        byte[] shared = HexFormat.of().parseHex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
        assertEquals(
                "1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389",
                HexFormat.of().formatHex(SecretBox.key(shared)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 31, 32, 33, 63, 64, 65, 95, 96, 97, 127, 128, 129, 255, 1000, 20_000, 100_003})
    void isWhatOthersMakeAndOpen(int length) {
        byte[] plain = text(length);
        byte[] box = SecretBox.sealed(alice.shared(bob.key().bytes()), nonce, plain);
        assertArrayEquals(naclBox(plain), box);
        assertArrayEquals(plain, SecretBox.opened(bob.shared(alice.key().bytes()), nonce, box));
    }

    @Test
    void isTheSameHoweverItIsParted() {
        byte[] plain = text(1000);
        byte[] whole = naclBox(plain);
        byte[] key = SecretBox.key(alice.shared(bob.key().bytes()));
        SecretBox sealing = new SecretBox(key, Arrays.copyOf(nonce, Salsa20.PREFIX_BYTES));
        Random random = new Random(1);
        for (int round = 0; round < 200; round++) {
            byte[] bytes = plain.clone();
            sealing.start(ByteBuffer.wrap(nonce).getLong(Salsa20.PREFIX_BYTES));
            for (int at = 0; at < bytes.length; ) {
                int end = Math.min(bytes.length, at + 1 + random.nextInt(150));
                sealing.seal(bytes, at, end);
                at = end;
            }
            assertArrayEquals(Arrays.copyOf(whole, 16), sealing.authenticator());
            assertArrayEquals(Arrays.copyOfRange(whole, 16, whole.length), bytes);
        }
    }

    @Test
    void isNotOpenedWhenAnyBitWasChanged() {
        byte[] shared = alice.shared(bob.key().bytes());
        byte[] box = SecretBox.sealed(shared, nonce, text(40));
        for (int bit = 0; bit < box.length * 8; bit++) {
            byte[] changed = box.clone();
            changed[bit / 8] ^= (byte) (1 << (bit % 8));
            assertNull(SecretBox.opened(shared, nonce, changed), "bit " + bit);
        }
        for (int length = 0; length < box.length; length++) {
            assertNull(SecretBox.opened(shared, nonce, Arrays.copyOf(box, length)), "length " + length);
        }
        assertNotNull(SecretBox.opened(shared, nonce, box));
    }

    @Test
    void isNotOpenedWithAnotherNonceOrKey() {
        byte[] box = SecretBox.sealed(alice.shared(bob.key().bytes()), nonce, text(40));
        byte[] other = nonce.clone();
        other[23]++;
        assertNull(SecretBox.opened(alice.shared(bob.key().bytes()), other, box));
        other = nonce.clone();
        other[0]++;
        assertNull(SecretBox.opened(alice.shared(bob.key().bytes()), other, box));
        assertNull(SecretBox.opened(alice.shared(alice.key().bytes()), nonce, box));
    }

    @Test
    void passwordsAreRecognisedByTheirHash() {
        String password = PasswordHash.newPassword();
        PasswordHash hash = PasswordHash.parse(PasswordHash.of(password).toString());
        assertTrue(hash.matches(Bytes.of(password)));
        assertFalse(hash.matches(Bytes.of(password + " ")));
        assertFalse(hash.matches(new byte[0]));
        assertFalse(PasswordHash.of(password).equals(hash), "salted");
    }
}
