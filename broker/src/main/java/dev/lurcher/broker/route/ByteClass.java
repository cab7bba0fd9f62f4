package dev.lurcher.broker.route;

import java.util.Arrays;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** A set of bytes: what one item of a pattern accepts. Immutable. */
final class ByteClass {
    /** Every byte. */
    static final ByteClass ANY = new ByteClass(new long[] {-1, -1, -1, -1});

    private static final ByteClass[] SINGLES = new ByteClass[256];

    static {
        for (int c = 0; c < 256; c++) {
            SINGLES[c] = range(c, c);
        }
    }

    private static final ByteClass ALPHA = where(c -> isUpper(c) || isLower(c));
    private static final ByteClass CONTROL = where(c -> c < 0x20 || c == 0x7f);
    private static final ByteClass DIGIT = range('0', '9');
    private static final ByteClass LOWER = range('a', 'z');
    private static final ByteClass UPPER = range('A', 'Z');
    private static final ByteClass ALPHANUMERIC = ALPHA.or(DIGIT);
    private static final ByteClass PUNCTUATION =
            where(c -> c > 0x20 && c < 0x7f).and(ALPHANUMERIC.not());
    private static final ByteClass SPACE = range('\t', '\r').or(of(' '));
    private static final ByteClass HEX = DIGIT.or(range('a', 'f')).or(range('A', 'F'));

    private final long[] bits;

    private ByteClass(long[] bits) {
        this.bits = bits;
    }

    static ByteClass of(int octet) {
        return SINGLES[octet & 0xff];
    }

    /** The bytes from one to another, both included; none when they are in the wrong order. */
    static ByteClass range(int first, int last) {
        return where(c -> first <= c && c <= last);
    }

    /** What {@code \} and a letter mean in the C locale, upper-case for the opposite; any other byte means itself. */
    static ByteClass escaped(int letter) {
        @Nullable
        ByteClass named = switch (letter | 0x20) {
            case 'a' -> ALPHA;
            case 'c' -> CONTROL;
            case 'd' -> DIGIT;
            case 'l' -> LOWER;
            case 'p' -> PUNCTUATION;
            case 's' -> SPACE;
            case 'u' -> UPPER;
            case 'w' -> ALPHANUMERIC;
            case 'x' -> HEX;
            case 'z' -> of(0);
            default -> null;
        };
        if (named == null) {
            return of(letter);
        }
        return isUpper(letter) ? named.not() : named;
    }

    /** With both cases of each letter that is in it. */
    ByteClass withBothCases() {
        return where(c -> contains(c) || (ALPHA.contains(c) && contains(c ^ 0x20)));
    }

    ByteClass or(ByteClass other) {
        return where(c -> contains(c) || other.contains(c));
    }

    ByteClass and(ByteClass other) {
        return where(c -> contains(c) && other.contains(c));
    }

    ByteClass not() {
        return where(c -> !contains(c));
    }

    boolean contains(int octet) {
        return ((bits[octet >>> 6] >>> octet) & 1) != 0;
    }

    /** A bit for each byte of {@code text[from, to)} that is in this class, the first one lowest; at most 64 bytes. */
    long members(String text, int from, int to) {
        long members = 0;
        for (int i = from; i < to; i++) {
            int c = text.charAt(i) & 0xff;
            members |= ((bits[c >>> 6] >>> c) & 1) << (i - from);
        }
        return members;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ByteClass that && Arrays.equals(bits, that.bits);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bits);
    }

    private static boolean isUpper(int c) {
        return 'A' <= c && c <= 'Z';
    }

    private static boolean isLower(int c) {
        return 'a' <= c && c <= 'z';
    }

    private static ByteClass where(IntPredicate member) {
        long[] bits = new long[4];
        for (int c = 0; c < 256; c++) {
            if (member.test(c)) {
                bits[c >>> 6] |= 1L << c;
            }
        }
        return new ByteClass(bits);
    }
}
