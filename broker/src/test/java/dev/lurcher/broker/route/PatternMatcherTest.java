package dev.lurcher.broker.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a matcher that backtracks, and against texts that make such a one explode. */
class PatternMatcherTest {
    private static final String[] PIECES = {
        "a",
        "b",
        ".",
        "[ab]",
        "[^a]",
        "\\a",
        "\\A",
        "{",
        "}",
        "\\b{}",
        "\\bab",
        "\\baa",
        "\\f[a]",
        "\\f[^a]",
        "\\f[\\z]",
        "$",
        "(",
        ")",
        "*",
        "+",
        "-",
        "?",
        "*",
        "+",
        "-",
        "?"
    };
    private static final char[] OCTETS = {'a', 'b', '{', '}', 'a', 'b', '\u00ff', '$', '*'};

    @ParameterizedTest
    @ValueSource(ints = {8, 70, 140})
    void agreesWithAMatcherThatBacktracks(int longest) {
        Random random = new Random(longest);
        int matched = 0;
        int rounds = longest < 64 ? 60_000 : 10_000;
        for (int i = 0; i < rounds; i++) {
            StringBuilder pattern = new StringBuilder();
            for (int pieces = random.nextInt(7); pieces >= 0; pieces--) {
                pattern.append(PIECES[random.nextInt(PIECES.length)]);
            }
            if (random.nextBoolean()) {
                pattern.append('$');
            }
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(longest);
            int kinds = 1 + random.nextInt(OCTETS.length);
            while (text.length() < length) {
                text.append(OCTETS[random.nextInt(kinds)]);
            }
            boolean expected = new Backtracking(text.toString(), pattern.toString()).matches();
            assertEquals(expected, matches(text.toString(), pattern.toString()), () -> pattern + " on " + text);
            matched += expected ? 1 : 0;
        }
        assertTrue(matched > rounds / 30, "some of them match: " + matched);
    }

    /** Each of these takes a backtracking matcher longer than the universe. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                ".*.*.*.*.*x",
                ".*.*.*.*.*.*.*.*.*.*x$",
                "a*a*a*a*a*a*a*a*a*a*b",
                "a-.-a-.-a-.-a-.-a-.-x",
                "a+.+a+.+a+.+a+.+a+.+x",
                "a?a?a?a?a?a?a?a?.*a?a?a?a?a?a?a?a?x",
                "[a-z]*\\a*\\l*\\w*[^x]*x",
                ".*\\f[x].*\\f[x].*x",
                ".*\\baa.*\\baa.*\\baa.*x"
            })
    void staysLinearOnHostileTexts(String pattern) {
        String text = "a".repeat(8192);
        assertTimeout(Duration.ofSeconds(2), () -> {
            for (int i = 0; i < 100; i++) {
                assertFalse(matches(text, pattern));
            }
        });
    }

    @Test
    void staysLinearOnNestedBrackets() {
        String open = "{".repeat(8192);
        String closed = "{".repeat(4096) + "}".repeat(4096);
        assertTimeout(Duration.ofSeconds(2), () -> {
            for (int i = 0; i < 100; i++) {
                assertFalse(matches(open, ".*\\b{}"));
                assertTrue(matches(closed, ".*\\b{}$"));
                assertFalse(matches(closed, ".*\\b{}\\b{}"));
            }
        });
    }

    /** The figure of the design: a path of a million bytes against a thousand patterns, which all have to be tried. */
    @Test
    void triesAThousandPatternsOnAMillionBytes() {
        String[] paths = new String[1000];
        for (int i = 0; i < paths.length; i++) {
            paths[i] = switch (i % 4) {
                case 0 -> "/([a-z]+)/" + i + "$";
                case 1 -> "/(.*).jpg" + i + "$";
                case 2 -> "/(\\w*)-(\\d+)/" + i;
                default -> "/(a*[a-m]*.*)X" + i;
            };
        }
        RouteTable table = Tables.of(true, paths);
        String path = "/" + "a".repeat(1_000_000);
        assertEquals(-1, Tables.find(table, path));
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 20; i++) {
            long start = System.nanoTime();
            assertEquals(-1, Tables.find(table, path));
            best = Math.min(best, System.nanoTime() - start);
        }
        long millis = best / 1_000_000;
        assertTrue(millis <= 500, () -> millis + " ms; an idle machine needs less than 50");
    }

    private static boolean matches(String text, String pattern) {
        PatternPool pool = new PatternPool();
        BytePattern compiled = pool.ofPath(pattern, 0);
        return PatternMatcher.of(text, 0, text.length(), pool).matches(compiled);
    }

    /** Another way to the same answers: from the pattern's text, by trial and error. */
    private record Backtracking(String text, String pattern) {
        boolean matches() {
            return from(0, 0);
        }

        private boolean from(int at, int p) {
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
                int close = pattern.indexOf(']', p);
                String set = pattern.substring(p + 2, close + 1);
                char before = at == 0 ? 0 : text.charAt(at - 1);
                char behind = at == text.length() ? 0 : text.charAt(at);
                return !accepts(set, before) && accepts(set, behind) && from(at, close + 1);
            }
            int end = c == '[' ? pattern.indexOf(']', p) + 1 : p + (c == '\\' ? 2 : 1);
            return quantified(at, pattern.substring(p, end), end);
        }

        private boolean quantified(int at, String single, int end) {
            boolean here = at < text.length() && accepts(single, text.charAt(at));
            char quantifier = end < pattern.length() ? pattern.charAt(end) : 0;
            return switch (quantifier) {
                case '?' -> (here && from(at + 1, end + 1)) || from(at, end + 1);
                case '+' -> here && many(at + 1, single, end + 1);
                case '*', '-' -> many(at, single, end + 1);
                default -> here && from(at + 1, end);
            };
        }

        private boolean many(int at, String single, int next) {
            for (int i = at; ; i++) {
                if (from(i, next)) {
                    return true;
                }
                if (i == text.length() || !accepts(single, text.charAt(i))) {
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

        /** Only the singles that {@link #PIECES} has. */
        private static boolean accepts(String single, char c) {
            boolean letter = c < 0x80 && Character.isLetter(c);
            return switch (single) {
                case "." -> true;
                case "[ab]" -> c == 'a' || c == 'b';
                case "[a]" -> c == 'a';
                case "[^a]" -> c != 'a';
                case "[\\z]" -> c == 0;
                case "\\a" -> letter;
                case "\\A" -> !letter;
                default -> single.length() == 1 && single.charAt(0) == c;
            };
        }
    }
}
