package dev.lurcher.broker.route;

import dev.lurcher.broker.route.BytePattern.Item;
import java.util.Arrays;

/**
 * Tries patterns on a text, in time proportional to the text's length for each item of a pattern.
 *
 * <p>The state is the set of all positions of the text that the items so far can have reached, one bit a position; an item
 * moves the whole set at once, 64 positions an instruction. Since only yes or no is asked, it does not matter on how many
 * ways a position was reached, and nothing is ever tried twice. Which bytes of the text a class has is likewise a row of
 * bits, made as far as it is needed and kept for the further patterns that are tried on the same text.
 *
 * <p>Thread: one; {@link #of} lends each thread its own, valid until the thread's next call.
 */
final class PatternMatcher {
    /** Texts up to this length are matched without allocating; what longer ones need is not kept. */
    static final int KEPT_LENGTH = 64 * 1024;

    private static final ThreadLocal<PatternMatcher> OWN = ThreadLocal.withInitial(PatternMatcher::new);
    private static final long[] EMPTY = new long[0];

    private String text = "";
    private int from;
    private int length;
    private PatternPool pool = new PatternPool();

    /** For each class its members in a text, made for as many words as {@code made} says. */
    private long[][] members = new long[0][];

    private int[] made = new int[0];

    /** The number of the text that a class's members were made for. */
    private long[] madeFor = new long[0];

    /** How many texts there have been: the number of the current one. */
    private long texts;

    /** The positions reached: bits in the words {@code first..last}; every other word is 0. */
    private long[] positions = new long[4];

    private int first;
    private int last;
    private long[] reached = new long[4];
    private final BitStack open = new BitStack();

    /**
     * Takes up a text.
     *
     * @param text bytes as chars 0..255, of which {@code [from, to)} is looked at
     * @param pool where the patterns to come were compiled
     */
    static PatternMatcher of(String text, int from, int to, PatternPool pool) {
        PatternMatcher matcher = to - from > KEPT_LENGTH ? new PatternMatcher() : OWN.get();
        matcher.begin(text, from, to, pool);
        return matcher;
    }

    private void begin(String newText, int newFrom, int to, PatternPool newPool) {
        text = newText;
        from = newFrom;
        length = to - newFrom;
        pool = newPool;
        int words = (length >>> 6) + 1;
        if (words > positions.length) {
            positions = new long[words];
            reached = new long[words];
        }
        int count = newPool.size();
        if (count > made.length) {
            int before = made.length;
            made = Arrays.copyOf(made, count);
            madeFor = Arrays.copyOf(madeFor, count);
            members = Arrays.copyOf(members, count);
            Arrays.fill(members, before, count, EMPTY);
        }
        texts++;
    }

    /** Whether a pattern, compiled in the pool that {@link #of} was given, matches the text. */
    boolean matches(BytePattern pattern) {
        positions[0] = 1;
        first = 0;
        last = 0;
        for (int i = 0; i < pattern.size(); i++) {
            Item item = pattern.item(i);
            switch (item.kind()) {
                case ONE -> one(item.members());
                case MANY -> many(item.members());
                case OPTIONAL -> optional(item.members());
                case BALANCED -> balanced(item.members(), item.closing());
                case FRONTIER -> frontier(item.members());
            }
            if (isEmpty()) {
                return false;
            }
        }
        boolean matched = !pattern.isWhole() || ((positions[length >>> 6] >>> length) & 1) != 0;
        Arrays.fill(positions, first, last + 1, 0);
        return matched;
    }

    /** Moves each position whose byte is a member to the next. */
    private void one(int members) {
        long[] row = row(members, last);
        long carry = 0;
        for (int w = first; w <= last; w++) {
            long moved = positions[w] & row[w];
            positions[w] = (moved << 1) | carry;
            carry = moved >>> 63;
        }
        carryOn(carry);
    }

    /** As {@link #one}, but keeps the old positions as well. */
    private void optional(int members) {
        long[] row = row(members, last);
        long carry = 0;
        for (int w = first; w <= last; w++) {
            long moved = positions[w] & row[w];
            positions[w] |= (moved << 1) | carry;
            carry = moved >>> 63;
        }
        carryOn(carry);
    }

    private void carryOn(long carry) {
        if (carry != 0) {
            positions[++last] = carry;
        }
    }

    /**
     * Adds all positions that a run of members leads to. Adding a position to the run of ones that it stands in carries
     * through to the end of the run; what the sum changed in the run is what was passed.
     */
    private void many(int members) {
        if (pool.get(members).equals(ByteClass.ANY)) {
            toTheEnd();
            return;
        }
        long[] row = row(members, last);
        int ready = last + 1;
        long carry = 0;
        int w = first;
        while (w <= last || carry != 0) {
            if (w == ready) {
                row = row(members, w);
                ready = made[members];
            }
            long run = row[w];
            long start = positions[w] & run;
            long sum = start + run + carry;
            carry = (start | (run & ~sum)) >>> 63;
            positions[w++] |= sum ^ run;
        }
        last = Math.max(last, w - 1);
    }

    /** Adds all positions behind the first. */
    private void toTheEnd() {
        int end = length >>> 6;
        long lowest = Long.lowestOneBit(positions[first]);
        Arrays.fill(positions, first, end + 1, -1);
        positions[first] = -lowest;
        positions[end] &= -1L >>> (63 - (length & 63));
        last = end;
    }

    /** Keeps the positions that have no member before and one behind them. */
    private void frontier(int members) {
        boolean nul = pool.get(members).contains(0);
        long[] row = row(members, last);
        long before = first > 0 ? row[first - 1] >>> 63 : nul ? 1 : 0;
        for (int w = first; w <= last; w++) {
            long here = row[w];
            long behind = nul && w == length >>> 6 ? here | (1L << length) : here;
            positions[w] &= behind & ~((here << 1) | before);
            before = here >>> 63;
        }
    }

    /**
     * Moves each position that stands at an opening byte behind the closing byte that balances it. One pass: a stack has a
     * bit for each opening byte not yet balanced, set where a position waits for its closing byte.
     */
    private void balanced(int opening, int closing) {
        open.clear();
        int end = last;
        int words = (length >>> 6) + 1;
        for (int w = first; w < words && (w <= last || open.ones() > 0); w++) {
            long opens = row(opening, w)[w];
            long closes = row(closing, w)[w];
            for (long rest = opens | closes; rest != 0; rest &= rest - 1) {
                long bit = rest & -rest;
                if ((closes & bit) != 0 && !open.isEmpty() && open.pop()) {
                    int next = (w << 6) + Long.numberOfTrailingZeros(bit) + 1;
                    reached[next >>> 6] |= 1L << next;
                    end = Math.max(end, next >>> 6);
                }
                boolean waits = (positions[w] & bit) != 0;
                if ((opens & bit) != 0 && (waits || !open.isEmpty())) {
                    open.push(waits);
                }
            }
        }
        Arrays.fill(positions, first, last + 1, 0);
        long[] swap = positions;
        positions = reached;
        reached = swap;
        last = end;
    }

    /** Narrows the words looked at; whether no position is left. */
    private boolean isEmpty() {
        while (first <= last && positions[first] == 0) {
            first++;
        }
        while (last > first && positions[last] == 0) {
            last--;
        }
        return first > last;
    }

    /** A bit for each byte of the text that is in a class, made up to a word at least. */
    private long[] row(int number, int word) {
        if (madeFor[number] != texts) {
            madeFor[number] = texts;
            made[number] = 0;
        }
        if (word >= made[number]) {
            make(number, word);
        }
        return members[number];
    }

    private void make(int number, int word) {
        ByteClass byteClass = pool.get(number);
        if (word >= members[number].length) {
            members[number] = Arrays.copyOf(members[number], Math.max(word + 1, members[number].length * 2));
        }
        for (int w = made[number]; w <= word; w++) {
            int start = w << 6;
            members[number][w] = byteClass.members(text, from + start, from + Math.min(length, start + 64));
        }
        made[number] = word + 1;
    }
}
