package dev.lurcher.broker.route;

import java.util.List;

/**
 * A compiled pattern of Mongrel2's pattern language: Lua's, with {@code \} in place of {@code %}, on bytes, in the C locale.
 * <pre>
 *  pattern  = *( item / "(" / ")" ) [ "$" ]     "$" is the end of the text as the last byte only, else a literal
 *  item     = single [ "*" / "+" / "-" / "?" ]  "-" is "*": only yes or no is asked, so the shortest is as good as the longest
 *           / "\b" byte byte                    from the first byte to the second that balances it
 *           / "\f" set                          between a byte not in the set and one in it; NUL stands before and behind the text
 *  single   = "." / set / "\" byte / byte
 *  set      = "[" [ "^" ] 1*( byte "-" byte / "\" byte / byte ) "]"    its first byte may be "]"
 *  \a \c \d \l \p \s \\u \w \x \z = letter, control, digit, lower, punctuation, space, upper, letter or digit, hex digit, NUL;
 *             the upper-case letter is the opposite; "\" before any other byte makes it a literal
 * </pre>
 * Parentheses mean nothing. A pattern matches the beginning of the text; with {@code $} all of it.
 * <p>There is no backtracking: see {@link PatternMatcher}. Immutable.
 */
final class BytePattern {
    /** What an item does with the positions that the items before it have reached. */
    enum Kind {
        /** One byte of the class. */
        ONE,
        /** Any number of bytes of the class. */
        MANY,
        /** At most one byte of the class. */
        OPTIONAL,
        /** From a byte of the class to the byte of the class {@code closing} that balances it. */
        BALANCED,
        /** No byte: only where the byte before is not in the class and the next one is. */
        FRONTIER
    }

    /**
     * One step of the program.
     *
     * @param members the class, a number of the pool
     * @param closing for BALANCED the class of the closing byte; else -1
     */
    record Item(Kind kind, int members, int closing) {}

    private final Item[] items;
    private final boolean whole;

    /**
     * A program.
     *
     * @param items what has to follow one another
     * @param whole whether the text must end where the pattern ends
     */
    BytePattern(List<Item> items, boolean whole) {
        this.items = items.toArray(Item[]::new);
        this.whole = whole;
    }

    /** How many items there are. */
    int size() {
        return items.length;
    }

    Item item(int index) {
        return items[index];
    }

    /** Whether the text must end where the pattern ends. */
    boolean isWhole() {
        return whole;
    }
}
