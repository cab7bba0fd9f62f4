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
            boolean expected = Backtracking.matches(text.toString(), pattern.toString(), Integer.MAX_VALUE)
                    .orElseThrow();
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
}
