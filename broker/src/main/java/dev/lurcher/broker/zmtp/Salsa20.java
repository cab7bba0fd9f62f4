package dev.lurcher.broker.zmtp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.bouncycastle.crypto.engines.Salsa20Engine;

/**
 * The key stream of XSalsa20, for nonces of 24 octets whose first 16 are always the same: that part is mixed into the key
 * once. The rounds are Bouncy Castle's; combining them with the text, four octets at a time, is done here, because its own
 * engine takes octet for octet (docs/adr/0006-curve.md has the figures).
 * <p>Not for several threads. Allocates nothing after construction.
 */
final class Salsa20 {
    static final int KEY_BYTES = 32;

    /** The part of a nonce that is mixed into the key. */
    static final int PREFIX_BYTES = 16;

    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int ROUNDS = 20;
    private static final int BLOCK_BYTES = 64;

    // "expand 32-byte k" in four words.
    private static final int[] CONSTANTS = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};

    // Where the nonce and the number of the block stand.
    private static final int NONCE = 6;
    private static final int COUNTER = 8;

    private final int[] state;
    private final int[] block = new int[16];

    /** Octets of {@link #block} that were used. */
    private int used;

    /**
     * Takes a key.
     *
     * @param key 32 octets
     * @param prefix the first 16 octets of each nonce
     */
    Salsa20(byte[] key, byte[] prefix) {
        state = state(hSalsa20(key, prefix));
    }

    /** The function that makes a key of a key and 16 octets. */
    static byte[] hSalsa20(byte[] key, byte[] input) {
        int[] in = state(key);
        for (int i = 0; i < 4; i++) {
            in[NONCE + i] = (int) WORDS.get(input, 4 * i);
        }
        int[] out = new int[16];
        Salsa20Engine.salsaCore(ROUNDS, in, out);
        byte[] made = new byte[KEY_BYTES];
        for (int i = 0; i < 4; i++) {
            // The core has added its input; this function is without.
            WORDS.set(made, 4 * i, out[5 * i] - in[5 * i]);
            WORDS.set(made, 16 + 4 * i, out[NONCE + i] - in[NONCE + i]);
        }
        return made;
    }

    private static int[] state(byte[] key) {
        int[] state = new int[16];
        for (int i = 0; i < 4; i++) {
            state[5 * i] = CONSTANTS[i];
            state[1 + i] = (int) WORDS.get(key, 4 * i);
            state[11 + i] = (int) WORDS.get(key, 16 + 4 * i);
        }
        return state;
    }

    /**
     * Starts the stream of one nonce.
     *
     * @param tail its last 8 octets, in network order
     */
    void start(long tail) {
        state[NONCE] = Integer.reverseBytes((int) (tail >>> 32));
        state[NONCE + 1] = Integer.reverseBytes((int) tail);
        state[COUNTER] = 0;
        state[COUNTER + 1] = 0;
        used = BLOCK_BYTES;
    }

    /** Combines the next octets of the stream with those of the array. */
    void combine(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            if (used == BLOCK_BYTES) {
                next();
            }
            if (used == 0 && to - at >= BLOCK_BYTES) {
                combineBlock(bytes, at);
                used = BLOCK_BYTES;
                at += BLOCK_BYTES;
            } else if ((used & 3) == 0 && to - at >= 4) {
                WORDS.set(bytes, at, (int) WORDS.get(bytes, at) ^ block[used >> 2]);
                used += 4;
                at += 4;
            } else {
                bytes[at++] ^= (byte) (block[used >> 2] >>> (8 * (used & 3)));
                used++;
            }
        }
    }

    private void combineBlock(byte[] bytes, int at) {
        for (int i = 0; i < 16; i++) {
            WORDS.set(bytes, at + 4 * i, (int) WORDS.get(bytes, at + 4 * i) ^ block[i]);
        }
    }

    private void next() {
        Salsa20Engine.salsaCore(ROUNDS, state, block);
        used = 0;
        if (++state[COUNTER] == 0) {
            state[COUNTER + 1]++;
        }
    }
}
