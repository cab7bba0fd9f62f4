package dev.lurcher.broker.route;

import java.util.Arrays;

/** A growing stack of bits that knows how many of them are set. */
final class BitStack {
    private long[] words = new long[4];
    private int size;
    private int ones;

    void clear() {
        size = 0;
        ones = 0;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int ones() {
        return ones;
    }

    void push(boolean bit) {
        int word = size >>> 6;
        if (word == words.length) {
            words = Arrays.copyOf(words, word * 2);
        }
        long mask = 1L << size;
        if (bit) {
            words[word] |= mask;
            ones++;
        } else {
            words[word] &= ~mask;
        }
        size++;
    }

    boolean pop() {
        size--;
        boolean bit = ((words[size >>> 6] >>> size) & 1) != 0;
        if (bit) {
            ones--;
        }
        return bit;
    }
}
