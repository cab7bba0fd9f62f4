package dev.lurcher.broker.telemetry;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** A point in time as text, in UTC, made once a second. Not thread-safe. */
final class SecondText {
    private final DateTimeFormatter format;
    private long second = Long.MIN_VALUE;
    private byte[] text = new byte[0];

    /**
     * Creates it.
     *
     * @param pattern of {@link DateTimeFormatter}, nothing below a second
     */
    SecondText(String pattern) {
        format = DateTimeFormatter.ofPattern(pattern, Locale.US).withZone(ZoneOffset.UTC);
    }

    byte[] of(long epochMillis) {
        long wanted = Math.floorDiv(epochMillis, 1000L);
        if (wanted != second) {
            text = format.format(Instant.ofEpochSecond(wanted)).getBytes(StandardCharsets.US_ASCII);
            second = wanted;
        }
        return text;
    }
}
