package dev.lurcher.broker.route;

import dev.lurcher.broker.route.BytePattern.Item;
import dev.lurcher.broker.route.BytePattern.Kind;
import dev.lurcher.broker.route.PatternException.Code;
import java.util.ArrayList;
import java.util.List;

/** Reads one pattern; used once. */
final class PatternParser {
    private static final char ESCAPE = '\\';

    private final String text;
    private final int end;
    private final PatternPool pool;
    private final List<Item> items = new ArrayList<>();
    private boolean hostName;
    private int at;

    PatternParser(String text, int from, int to, PatternPool pool) {
        this.text = text;
        this.at = from;
        this.end = to;
        this.pool = pool;
    }

    /** Reads the pattern as that of a host name: upper and lower case are the same, and it must match all of the name. */
    void hostName() {
        hostName = true;
    }

    BytePattern parse() {
        while (at < end) {
            char c = text.charAt(at);
            if (c == '(' || c == ')') {
                at++;
            } else if (c == '$' && at == end - 1) {
                return new BytePattern(items, true);
            } else if (c == ESCAPE && isNext('b')) {
                balanced();
            } else if (c == ESCAPE && isNext('f')) {
                frontier();
            } else {
                quantified(single());
            }
        }
        return new BytePattern(items, hostName);
    }

    private boolean isNext(char wanted) {
        return at + 1 < end && text.charAt(at + 1) == wanted;
    }

    private void balanced() {
        if (at + 3 >= end) {
            throw broken(Code.MISSING_DELIMITERS, at);
        }
        int opening = pool.number(folded(ByteClass.of(text.charAt(at + 2))));
        int closing = pool.number(folded(ByteClass.of(text.charAt(at + 3))));
        items.add(new Item(Kind.BALANCED, opening, closing));
        at += 4;
    }

    private void frontier() {
        int start = at;
        at += 2;
        if (at >= end || text.charAt(at) != '[') {
            throw broken(Code.MISSING_SET, start);
        }
        items.add(new Item(Kind.FRONTIER, pool.number(set()), -1));
    }

    /** The class of one single item; leaves {@code at} behind the item. */
    private int single() {
        char c = text.charAt(at);
        return switch (c) {
            case '[' -> pool.number(set());
            case ESCAPE -> pool.number(escape());
            default -> {
                at++;
                yield c == '.' ? pool.number(ByteClass.ANY) : pool.number(folded(ByteClass.of(c)));
            }
        };
    }

    private ByteClass escape() {
        if (at + 1 == end) {
            throw broken(Code.TRAILING_ESCAPE, at);
        }
        at += 2;
        return escaped(text.charAt(at - 1));
    }

    private void quantified(int members) {
        char quantifier = at < end ? text.charAt(at) : 0;
        switch (quantifier) {
            case '*', '-' -> many(members);
            case '+' -> {
                items.add(new Item(Kind.ONE, members, -1));
                many(members);
            }
            case '?' -> items.add(new Item(Kind.OPTIONAL, members, -1));
            default -> {
                items.add(new Item(Kind.ONE, members, -1));
                return;
            }
        }
        at++;
    }

    /** Any number of the same and again any number of it are one. */
    private void many(int members) {
        Item many = new Item(Kind.MANY, members, -1);
        if (items.isEmpty() || !items.get(items.size() - 1).equals(many)) {
            items.add(many);
        }
    }

    /** The set that begins here; leaves {@code at} behind its {@code ]}. */
    private ByteClass set() {
        int close = closeOfSet();
        int i = at + 1;
        boolean negated = text.charAt(i) == '^';
        if (negated) {
            i++;
        }
        ByteClass members = ByteClass.range(1, 0);
        while (i < close) {
            char c = text.charAt(i);
            if (c == ESCAPE) {
                members = members.or(escaped(text.charAt(i + 1)));
                i += 2;
            } else if (i + 2 < close && text.charAt(i + 1) == '-') {
                members = members.or(ByteClass.range(c, text.charAt(i + 2)));
                i += 3;
            } else {
                members = members.or(ByteClass.of(c));
                i++;
            }
        }
        at = close + 1;
        members = folded(members);
        return negated ? members.not() : members;
    }

    /** Where the {@code ]} is; the first byte of a set and an escaped byte never are. */
    private int closeOfSet() {
        int i = at + 1;
        if (i < end && text.charAt(i) == '^') {
            i++;
        }
        int first = i;
        while (i < end) {
            char c = text.charAt(i);
            if (c == ']' && i != first) {
                return i;
            }
            i += c == ESCAPE ? 2 : 1;
        }
        throw broken(Code.UNCLOSED_SET, at);
    }

    /** Where case means nothing, lower and upper are both "letter". */
    private ByteClass escaped(char letter) {
        return switch (hostName ? letter : 0) {
            case 'l', 'u' -> ByteClass.escaped('a');
            case 'L', 'U' -> ByteClass.escaped('A');
            default -> folded(ByteClass.escaped(letter));
        };
    }

    private ByteClass folded(ByteClass members) {
        return hostName ? members.withBothCases() : members;
    }

    private PatternException broken(Code code, int position) {
        return new PatternException(code, text, position);
    }
}
