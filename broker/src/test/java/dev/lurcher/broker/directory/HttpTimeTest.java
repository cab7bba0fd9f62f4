package dev.lurcher.broker.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.Year;
import java.time.ZoneOffset;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpTimeTest {
    private static final long EXAMPLE = 784111777;

    @ParameterizedTest
    @ValueSource(
            strings = {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"})
    void readsAllThreeForms(String text) {
        assertEquals(EXAMPLE, HttpTime.read(text));
    }

    @Test
    void readsTwoDigitsOfAYearAsThePast() {
        int next = Year.now(ZoneOffset.UTC).getValue() + 51;
        String digits = String.format("%02d", next % 100);
        long read = HttpTime.read(HttpTime.text(HttpTime.read("Sun, 06 Nov 1994 08:49:37 GMT")));
        assertEquals(EXAMPLE, read);
        for (String day : new String[] {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}) {
            long second = HttpTime.read(day + ", 06-Nov-" + digits + " 08:49:37 GMT");
            if (second != HttpTime.NONE) {
                assertEquals(
                        next - 100,
                        Instant.ofEpochSecond(second).atOffset(ZoneOffset.UTC).getYear());
                return;
            }
        }
        throw new AssertionError("no day of the week fits");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                "yesterday",
                "Sun, 06 Nov 1994 08:49:37",
                "Sun, 06 Nov 1994 08:49:37 UTC",
                "Sun, 06 Nov 1994 08:49:37 +0000",
                "Sun, 6 Nov 1994 08:49:37 GMT",
                "Mon, 06 Nov 1994 08:49:37 GMT",
                "Sun, 31 Feb 1994 08:49:37 GMT",
                "Sun, 06 Nov 1994 25:49:37 GMT",
                "Sun, 06 Nov 94 08:49:37 GMT",
                "sun, 06 nov 1994 08:49:37 gmt",
                "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT",
                "1994-11-06T08:49:37Z"
            })
    void readsNothingElse(String text) {
        assertEquals(HttpTime.NONE, HttpTime.read(text));
    }

    @Property(tries = 500)
    void readsWhatItWrites(@ForAll @LongRange(min = 0, max = 4_000_000_000L) long second) {
        assertEquals(second, HttpTime.read(HttpTime.text(second)));
    }
}
