package dev.lurcher.broker.directory;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.Year;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.Locale;

/**
 * Dates as HTTP writes them (RFC 9110, 5.6.7); all three forms are read.
 * <pre>
 * Sun, 06 Nov 1994 08:49:37 GMT    IMF-fixdate
 * Sunday, 06-Nov-94 08:49:37 GMT   rfc850-date
 * Sun Nov  6 08:49:37 1994         asctime-date
 * </pre>
 */
final class HttpTime {
    /** What {@link #read} says of a text that is no date. */
    static final long NONE = Long.MIN_VALUE;

    private static final DateTimeFormatter FIXED = strict("EEE, dd MMM uuuu HH:mm:ss 'GMT'");
    private static final DateTimeFormatter ASCTIME = strict("EEE MMM ppd HH:mm:ss uuuu");

    private HttpTime() {}

    /** @param second since 1970 */
    static String text(long second) {
        return FIXED.format(Instant.ofEpochSecond(second).atOffset(ZoneOffset.UTC));
    }

    /** The second since 1970, or {@link #NONE}. */
    static long read(String text) {
        try {
            int comma = text.indexOf(',');
            DateTimeFormatter form = comma < 0 ? ASCTIME : comma == 3 ? FIXED : rfc850();
            return LocalDateTime.parse(text, form).toEpochSecond(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            return NONE;
        }
    }

    private static DateTimeFormatter strict(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.US).withResolverStyle(ResolverStyle.STRICT);
    }

    /** Its year has two digits: one that seems more than 50 years ahead is a past one. */
    private static DateTimeFormatter rfc850() {
        int earliest = Year.now(ZoneOffset.UTC).getValue() - 49;
        return new DateTimeFormatterBuilder()
                .appendPattern("EEEE, dd-MMM-")
                .appendValueReduced(ChronoField.YEAR, 2, 2, earliest)
                .appendPattern(" HH:mm:ss 'GMT'")
                .toFormatter(Locale.US)
                .withResolverStyle(ResolverStyle.STRICT);
    }
}
