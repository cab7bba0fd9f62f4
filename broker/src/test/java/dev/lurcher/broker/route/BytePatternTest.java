package dev.lurcher.broker.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.route.PatternException.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BytePatternTest {
    private static boolean matches(String subject, String pattern) {
        PatternPool pool = new PatternPool();
        BytePattern compiled = pool.ofPath(pattern, 0);
        return PatternMatcher.of(subject, 0, subject.length(), pool).matches(compiled);
    }

    private static PatternException refused(String pattern) {
        return assertThrows(PatternException.class, () -> matches("", pattern));
    }

    /** The first table of mongrel2-compat.md 6.3. */
    @ParameterizedTest
    @CsvSource(
            delimiterString = " | ",
            value = {
                "ZED | ZED",
                "ZED | Z.D",
                "ZED | Z(ED)",
                "ZEEEED | ZE*D",
                "ZEEEED | ZE*ED",
                "ZEEEED | Z.*D",
                "ZEEEED | ZE+D",
                "ZEEEED | ZE-D",
                "ZED | ZE*ED",
                "ZD | ZE*D",
                "ZD | ZE-D",
                "ZED | ZED$",
                "ZED | Z[OE]D",
                "ZED | Z[A-Z]D",
                "ZED | ZEE?D",
                "ZEED | ZEE?D",
                "/users/{1234} | /users/\\b{}",
                "THE (QUICK) brOWN FOx JUMPS | \\f[\\a]\\u-\\f[\\a]",
                "*Z*E+D. | \\*Z\\*E\\+D\\.",
                "ZED | Z\\ED"
            })
    void matchesAsMongrel2Does(String subject, String pattern) {
        assertTrue(matches(subject, pattern));
    }

    /** The second half of that table. */
    @ParameterizedTest
    @CsvSource(
            delimiterString = " | ",
            value = {
                "ZED | FOO",
                "ZED | ED",
                "ZEEEED | ZX*D",
                "ZXXXXD | ZE.*D",
                "ZD | ZE+D",
                "ZED | ZE$",
                "ZED | Z[^OE]D",
                "ZEEED | ZEE?D",
                "/users/{1234 | /users/\\b{}",
                "/users/1234} | /users/\\b{}",
                "ZED! | ZED\\."
            })
    void failsAsMongrel2Does(String subject, String pattern) {
        assertFalse(matches(subject, pattern));
    }

    @Test
    void knowsEveryNamedClass() {
        assertTrue(matches("a \t 9 l . \n U w A \0", "\\a \\c \\d \\l \\p \\s \\u \\w \\x \\z"));
        assertFalse(matches("a \t 9 l . \n U w A \0", "\\A \\c \\d \\l \\p \\s \\u \\w \\x \\z"));
    }

    @ParameterizedTest
    @CsvSource({"a, 52", "c, 33", "d, 10", "l, 26", "p, 32", "s, 6", "u, 26", "w, 62", "x, 22", "z, 1"})
    void takesTheUpperCaseLetterForTheOpposite(String letter, int size) {
        int members = 0;
        for (int c = 0; c < 256; c++) {
            String subject = String.valueOf((char) c);
            boolean member = matches(subject, "\\" + letter);
            assertEquals(!member, matches(subject, "\\" + letter.toUpperCase(java.util.Locale.ROOT)), () -> letter);
            members += member ? 1 : 0;
        }
        assertEquals(size, members);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " | ",
            value = {
                // parentheses mean nothing, so a quantifier behind one is a literal
                "ab* | (ab)*",
                "a+ | a(+)",
                "a | ((((a",
                "a( | a[(]",
                // a dash behind an item is a quantifier, elsewhere a literal
                "caaar | ca-r",
                "a-b | a\\-b",
                "-x | -x",
                "aa- | aa--x-",
                // the dollar sign ends the text only as the last byte
                "a$b | a$b",
                "a$ | a($)",
                "$ | \\$",
                "$$$x | $*x",
                // no quantifiers of quantifiers
                "a*b | a**b",
                "*a | *a",
                "+ | +",
                "? | ?",
                // sets
                "]x | []x]",
                "x | []x]",
                "a | [^]x]",
                "- | [a-]",
                "- | [-a]",
                "^ | [a^]",
                "] | [\\]]",
                "5 | [\\d]",
                ". | [.]",
                "- | [\\a-9]",
                "b | [a-c]",
                "c | [a-c]",
                // escapes of what has no meaning
                "1 | \\1",
                "B | \\B",
                "\\ | \\\\"
            })
    void readsTheCornersOfTheGrammar(String subject, String pattern) {
        assertTrue(matches(subject, pattern));
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " | ",
            value = {
                "abab | (ab)*",
                "] | [^]x]",
                "b | [a-]",
                "b | [c-a]",
                "x | [\\a-9]$$",
                "a | a($)",
                "b | [\\]]",
                "z | [\\a-z]-$x",
                "ab | a$b",
                "aab | a**b$"
            })
    void readsWhatDoesNotMatchThere(String subject, String pattern) {
        assertFalse(matches(subject, pattern));
    }

    @Test
    void matchesTheBeginningOnlyUnlessItEndsInADollarSign() {
        assertTrue(matches("abcdef", "abc"));
        assertFalse(matches("abcdef", "abc$"));
        assertTrue(matches("", ""));
        assertTrue(matches("", "$"));
        assertFalse(matches("x", "$"));
        assertTrue(matches("", "a*b-c?$"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " | ",
            value = {
                "{{}{}} | \\b{}$ | true",
                "{{}{}}x | \\b{}x$ | true",
                "{{}{} | .*\\b{}$ | true",
                "{{}{} | \\b{} | false",
                "}{} | \\b{} | false",
                "}{} | .\\b{}$ | true",
                "|a|b| | \\b||b|$ | true",
                "|a | \\b|| | false",
                "{a}{b} | \\b{}\\b{}$ | true",
                "{a{b}c} | .-\\b{}c | true",
                "{a{b}c} | .-\\b{}$ | true",
                "{a{b}c | .-\\b{}$ | false",
                "(a) | \\b() | true",
                "{}} | \\b{}}$ | true"
            })
    void balances(String subject, String pattern, boolean expected) {
        assertEquals(expected, matches(subject, pattern));
    }

    @Test
    void findsFrontiersWithNulAroundTheText() {
        assertTrue(matches("abc", "\\f[\\a]abc\\f[\\A]$"));
        assertTrue(matches("abc", "abc\\f[\\z]$"));
        assertFalse(matches("abc", "abc\\f[\\a]"));
        assertFalse(matches("abc", "a\\f[\\a]bc"));
        assertFalse(matches("abc", "\\f[^a]"), "NUL before the text is in the set, so there is no frontier");
        assertTrue(matches("THE END", ".-\\f[\\a]END\\f[\\A]"));
    }

    /** Frontiers and balances whose bytes stand on both sides of a word of 64 positions. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 61, 62, 63, 64, 65, 126, 127, 128, 129, 1000})
    void doesNotCareWhereAWordOfBitsEnds(int before) {
        String dots = ".".repeat(before);
        assertTrue(matches(dots + "abc" + dots, "\\.*\\f[\\a]a[b]+c?\\f[^\\a]\\.*$"));
        assertFalse(matches(dots + "abc" + dots + "x", "\\.*\\f[\\a]a[b]+c?\\f[^\\a]\\.*$"));
        assertTrue(matches(dots + "{" + dots + "}x", ".-\\b{}x$"));
        assertTrue(matches("{" + dots + "{" + dots + "}}x", "\\b{}x$"));
        assertFalse(matches("{" + dots + "{" + dots + "}x", "\\b{}x"));
        assertTrue(matches(dots + "x", "\\.*x$"));
        assertTrue(matches(dots, "\\.*$"));
        assertFalse(matches(dots + "x", "\\.*$"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " | ",
            value = {
                "/a(\\ | TRAILING_ESCAPE | 3",
                "/a([a-z | UNCLOSED_SET | 3",
                "/a([] | UNCLOSED_SET | 3",
                "/a([^] | UNCLOSED_SET | 3",
                "/a(x[\\] | UNCLOSED_SET | 4",
                "/a(\\b{ | MISSING_DELIMITERS | 3",
                "/a(\\b | MISSING_DELIMITERS | 3",
                "/a(\\fa | MISSING_SET | 3",
                "/a(b\\f | MISSING_SET | 4",
                "/a(\\f[a | UNCLOSED_SET | 5"
            })
    void namesWhatIsWrongWithAPatternAndWhere(String pattern, Code code, int position) {
        PatternException thrown = refused(pattern);
        assertEquals(code, thrown.code());
        assertEquals(position, thrown.position());
        assertTrue(String.valueOf(thrown.getMessage()).contains("\"" + pattern + "\""), thrown::getMessage);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " | ",
            value = {
                "FooBAR | (fOo)b[a]R | true", "x9 | (\\u\\d) | true", "X9 | (\\l\\d) | true", "x | ([^X]) | false",
                "9 | (\\u) | false", "X | (\\U) | false", "9 | (\\L) | true", "xay | (\\bXY) | true"
            })
    void ignoresCaseInHostPatterns(String subject, String pattern, boolean expected) {
        PatternPool pool = new PatternPool();
        BytePattern compiled = pool.ofHost(pattern, pattern.length());
        assertEquals(
                expected, PatternMatcher.of(subject, 0, subject.length(), pool).matches(compiled));
    }

    @Test
    void looksAtItsPartOfTheTextOnly() {
        PatternPool pool = new PatternPool();
        BytePattern compiled = pool.ofPath("b+$", 0);
        assertTrue(PatternMatcher.of("abbc", 1, 3, pool).matches(compiled));
        assertFalse(PatternMatcher.of("abbc", 1, 4, pool).matches(compiled));
    }
}
