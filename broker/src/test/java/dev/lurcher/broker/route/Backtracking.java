package dev.lurcher.broker.route;

import java.util.Optional;

/** Another way to the same answers as {@link PatternMatcher}: from the pattern's text, by trial and error. */
final class Backtracking {
    private static final String PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

    private final String text;
    private final String pattern;
    private int steps;

    private static final class OutOfSteps extends RuntimeException {
        private static final long serialVersionUID = 1L;

        OutOfSteps() {
            super(null, null, false, false);
        }
    }

    private Backtracking(String text, String pattern, int steps) {
        this.text = text;
        this.pattern = pattern;
        this.steps = steps;
    }

    /**
     * Whether a pattern that is well formed matches.
     *
     * @param mostSteps after so many it gives up
     */
    static Optional<Boolean> matches(String text, String pattern, int mostSteps) {
        try {
            return Optional.of(new Backtracking(text, pattern, mostSteps).from(0, 0));
        } catch (OutOfSteps e) {
            return Optional.empty();
        }
    }

    private boolean from(int at, int p) {
        if (--steps < 0) {
            throw new OutOfSteps();
        }
        if (p == pattern.length()) {
            return true;
        }
        char c = pattern.charAt(p);
        if (c == '(' || c == ')') {
            return from(at, p + 1);
        }
        if (c == '$' && p == pattern.length() - 1) {
            return at == text.length();
        }
        if (pattern.startsWith("\\b", p)) {
            int end = balanced(at, pattern.charAt(p + 2), pattern.charAt(p + 3));
            return end >= 0 && from(end, p + 4);
        }
        if (pattern.startsWith("\\f", p)) {
            int end = endOfSet(p + 2);
            char before = at == 0 ? 0 : text.charAt(at - 1);
            char behind = at == text.length() ? 0 : text.charAt(at);
            return !set(p + 2, end, before) && set(p + 2, end, behind) && from(at, end);
        }
        int end = c == '[' ? endOfSet(p) : p + (c == '\\' ? 2 : 1);
        return quantified(at, p, end);
    }

    private boolean quantified(int at, int single, int end) {
        boolean here = at < text.length() && accepts(single, end, text.charAt(at));
        char quantifier = end < pattern.length() ? pattern.charAt(end) : 0;
        return switch (quantifier) {
            case '?' -> (here && from(at + 1, end + 1)) || from(at, end + 1);
            case '+' -> here && many(at + 1, single, end);
            case '*', '-' -> many(at, single, end);
            default -> here && from(at + 1, end);
        };
    }

    private boolean many(int at, int single, int end) {
        for (int i = at; ; i++) {
            if (from(i, end + 1)) {
                return true;
            }
            if (i == text.length() || !accepts(single, end, text.charAt(i))) {
                return false;
            }
        }
    }

    private int balanced(int at, char opening, char closing) {
        if (at == text.length() || text.charAt(at) != opening) {
            return -1;
        }
        int depth = 1;
        for (int i = at + 1; i < text.length(); i++) {
            if (text.charAt(i) == closing) {
                if (--depth == 0) {
                    return i + 1;
                }
            } else if (text.charAt(i) == opening) {
                depth++;
            }
        }
        return -1;
    }

    private boolean accepts(int single, int end, char c) {
        char first = pattern.charAt(single);
        return switch (first) {
            case '.' -> true;
            case '[' -> set(single, end, c);
            case '\\' -> escaped(pattern.charAt(single + 1), c);
            default -> first == c;
        };
    }

    /** Behind the bracket that closes the set; neither its first byte nor an escaped one does. */
    private int endOfSet(int open) {
        int i = open + (pattern.charAt(open + 1) == '^' ? 2 : 1);
        do {
            i += pattern.charAt(i) == '\\' ? 2 : 1;
        } while (pattern.charAt(i) != ']');
        return i + 1;
    }

    private boolean set(int open, int end, char c) {
        boolean negated = pattern.charAt(open + 1) == '^';
        int i = open + (negated ? 2 : 1);
        boolean found = false;
        while (i < end - 1) {
            if (pattern.charAt(i) == '\\') {
                found |= escaped(pattern.charAt(i + 1), c);
                i += 2;
            } else if (i + 2 < end - 1 && pattern.charAt(i + 1) == '-') {
                found |= pattern.charAt(i) <= c && c <= pattern.charAt(i + 2);
                i += 3;
            } else {
                found |= pattern.charAt(i++) == c;
            }
        }
        return found != negated;
    }

    private static boolean escaped(char letter, char c) {
        boolean ascii = c < 0x80;
        boolean member;
        switch (Character.toLowerCase(letter)) {
            case 'a' -> member = ascii && Character.isLetter(c);
            case 'c' -> member = c < 0x20 || c == 0x7f;
            case 'd' -> member = ascii && Character.isDigit(c);
            case 'l' -> member = ascii && Character.isLowerCase(c);
            case 'p' -> member = PUNCTUATION.indexOf(c) >= 0;
            case 's' -> member = c == ' ' || (c >= '\t' && c <= '\r');
            case 'u' -> member = ascii && Character.isUpperCase(c);
            case 'w' -> member = ascii && Character.isLetterOrDigit(c);
            case 'x' -> member = "0123456789abcdefABCDEF".indexOf(c) >= 0;
            case 'z' -> member = c == 0;
            default -> {
                return letter == c;
            }
        }
        return member != (letter >= 'A' && letter <= 'Z');
    }
}
