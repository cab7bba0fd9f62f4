package dev.lurcher.broker.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.directory.FileState.Kind;
import dev.lurcher.broker.directory.Selection.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is chosen of a file of 100 bytes, last written at one second, asked for an hour later. */
class WishTest {
    private static final long MODIFIED = 784111777;
    private static final long NOW = MODIFIED + 3600;
    private static final String DATE = HttpTime.text(MODIFIED);
    private static final String EARLIER = HttpTime.text(MODIFIED - 1);
    private static final String LATER = HttpTime.text(MODIFIED + 1);

    private static final Resource FILE = resource();
    private static final String TAG = FILE.plain().tag();

    private static Resource resource(Coding... codings) {
        List<Representation> encoded = new ArrayList<>();
        for (Coding coding : codings) {
            encoded.add(new Representation(state("a.txt" + coding.extension(), 40), coding, "text/plain", ""));
        }
        return new Resource(new Representation(state("a.txt", 100), null, "text/plain", ""), encoded, NOW * 1000);
    }

    private static FileState state(String name, long size) {
        long nanos = TimeUnit.SECONDS.toNanos(MODIFIED) + 5;
        return new FileState(Path.of("/base", name), Kind.FILE, size, nanos, nanos, "1:" + name);
    }

    private static Selection selection(String method, Resource resource, String... fields) {
        return new Wish(new Head(method, fields)).of(resource, NOW);
    }

    private static Outcome outcome(String... fields) {
        Outcome get = selection("GET", FILE, fields).outcome();
        assertEquals(get, selection("HEAD", FILE, fields).outcome());
        return get;
    }

    /** Every combination of the four conditions, each absent, true or false. */
    static Stream<Arguments> conditions() {
        List<Arguments> all = new ArrayList<>();
        for (String match : new String[] {"", TAG, "*", "\"other\"", "W/" + TAG}) {
            for (String unmodified : new String[] {"", DATE, EARLIER, LATER, "nonsense"}) {
                for (String noneMatch : new String[] {"", TAG, "*", "\"other\"", "W/" + TAG}) {
                    for (String modified : new String[] {"", DATE, EARLIER, LATER, "nonsense"}) {
                        all.add(Arguments.of(match, unmodified, noneMatch, modified));
                    }
                }
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("conditions")
    void evaluatesConditionsInTheOrderOfTheRfc(String match, String unmodified, String noneMatch, String modified) {
        List<String> fields = new ArrayList<>();
        add(fields, "If-Match", match);
        add(fields, "If-Unmodified-Since", unmodified);
        add(fields, "If-None-Match", noneMatch);
        add(fields, "If-Modified-Since", modified);
        assertEquals(
                expected(match, unmodified, noneMatch, modified),
                outcome(fields.toArray(String[]::new)),
                fields.toString());
    }

    private static void add(List<String> fields, String name, String value) {
        if (!value.isEmpty()) {
            fields.add(name + ": " + value);
        }
    }

    /** The table of RFC 9110, 13.2.2, written down once more. */
    private static Outcome expected(String match, String unmodified, String noneMatch, String modified) {
        if (!match.isEmpty() && !match.equals(TAG) && !match.equals("*")) {
            return Outcome.FAILED;
        } else if (match.isEmpty() && unmodified.equals(EARLIER)) {
            return Outcome.FAILED;
        } else if (!noneMatch.isEmpty()) {
            return noneMatch.equals("\"other\"") ? Outcome.WHOLE : Outcome.NOT_MODIFIED;
        }
        return modified.equals(DATE) || modified.equals(LATER) ? Outcome.NOT_MODIFIED : Outcome.WHOLE;
    }

    @Test
    void joinsTheLinesOfAList() {
        assertEquals(Outcome.NOT_MODIFIED, outcome("If-None-Match: \"x\"", "if-none-match: " + TAG));
        assertEquals(Outcome.WHOLE, outcome("If-Match: \"x\"", "IF-MATCH: " + TAG));
    }

    @Test
    void ignoresADateThatComesTwice() {
        assertEquals(Outcome.WHOLE, outcome("If-Modified-Since: " + DATE, "If-Modified-Since: " + DATE));
        assertEquals(Outcome.WHOLE, outcome("If-Unmodified-Since: " + EARLIER, "If-Unmodified-Since: " + EARLIER));
    }

    @ParameterizedTest
    @CsvSource({"bytes=0-9,PARTS", "bytes=100-,UNSATISFIABLE", "bytes=9-0,WHOLE", "items=0-9,WHOLE"})
    void readsARange(String range, Outcome expected) {
        assertEquals(expected, selection("GET", FILE, "Range: " + range).outcome());
        assertEquals(Outcome.WHOLE, selection("HEAD", FILE, "Range: " + range).outcome());
    }

    @Test
    void ignoresRangesThatComeTwice() {
        assertEquals(
                Outcome.WHOLE,
                selection("GET", FILE, "Range: bytes=0-1", "Range: bytes=4-5").outcome());
    }

    @Test
    void looksAtConditionsBeforeARange() {
        assertEquals(
                Outcome.NOT_MODIFIED,
                selection("GET", FILE, "Range: bytes=0-9", "If-None-Match: " + TAG)
                        .outcome());
        assertEquals(
                Outcome.FAILED,
                selection("GET", FILE, "Range: bytes=100-", "If-Match: \"x\"").outcome());
    }

    @Test
    void sendsPartsOnlyOfTheFileThatIfRangeNames() {
        for (String same : new String[] {TAG, DATE}) {
            assertEquals(
                    Outcome.PARTS,
                    selection("GET", FILE, "Range: bytes=0-9", "If-Range: " + same)
                            .outcome(),
                    same);
        }
        for (String other : new String[] {"\"x\"", "W/" + TAG, EARLIER, LATER, "nonsense", "*", "\"x\", " + TAG}) {
            assertEquals(
                    Outcome.WHOLE,
                    selection("GET", FILE, "Range: bytes=0-9", "If-Range: " + other)
                            .outcome(),
                    other);
        }
        assertEquals(
                Outcome.WHOLE,
                selection("GET", FILE, "Range: bytes=100-", "If-Range: \"x\"").outcome());
        assertEquals(Outcome.WHOLE, selection("GET", FILE, "If-Range: \"x\"").outcome());
    }

    @Test
    void believesNoDateInIfRangeWhoseSecondIsNotOver() {
        Wish wish = new Wish(new Head("GET", "Range: bytes=0-9", "If-Range: " + DATE));
        assertEquals(Outcome.WHOLE, wish.of(FILE, MODIFIED).outcome());
        assertEquals(Outcome.PARTS, wish.of(FILE, MODIFIED + 1).outcome());
    }

    @Test
    void choosesAFormByWhatIsAccepted() {
        Resource file = resource(Coding.BROTLI, Coding.GZIP);
        assertSame(file.plain(), selection("GET", file).form());
        assertEquals(
                Coding.GZIP,
                selection("GET", file, "Accept-Encoding: gzip").form().coding());
        assertEquals(
                Coding.BROTLI,
                selection("GET", file, "Accept-Encoding: gzip, br").form().coding());
        assertNull(selection("GET", file, "Accept-Encoding: zstd").form().coding());
        assertNull(selection("GET", FILE, "Accept-Encoding: gzip").form().coding());
    }

    @Test
    void comparesTheTagOfTheFormThatIsSent() {
        Resource file = resource(Coding.GZIP);
        String encodedTag = file.encoded().get(0).tag();
        String[] gzip = {"Accept-Encoding: gzip", "If-None-Match: " + encodedTag};
        assertEquals(Outcome.NOT_MODIFIED, selection("GET", file, gzip).outcome());
        assertEquals(
                Outcome.WHOLE,
                selection("GET", file, "If-None-Match: " + encodedTag).outcome());
        assertEquals(
                Outcome.WHOLE,
                selection("GET", file, "Accept-Encoding: gzip", "If-None-Match: " + TAG)
                        .outcome());
        assertEquals(
                40,
                selection("GET", file, "Accept-Encoding: gzip", "Range: bytes=0-")
                        .size());
    }

    @Test
    void wantsContentForAGetOnly() {
        assertTrue(selection("GET", FILE).hasContent());
        assertFalse(selection("HEAD", FILE).hasContent());
        assertFalse(selection("GET", FILE, "If-None-Match: *").hasContent());
        assertFalse(selection("GET", FILE, "Range: bytes=100-").hasContent());
    }
}
