package dev.lurcher.broker.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The time as HTTP writes it (RFC 9110, 5.6.7), made anew once a second. One per event loop. */
final class HttpDate {
    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final InstantSource clock;
    private long second = Long.MIN_VALUE;
    private byte[] text = {};

    HttpDate(InstantSource clock) {
        this.clock = clock;
    }

    /** The value of a Date field, 29 bytes of ASCII; not to be changed. */
    byte[] now() {
        long now = Math.floorDiv(clock.millis(), 1000L);
        if (now != second) {
            second = now;
            text = FORMAT.format(Instant.ofEpochSecond(now)).getBytes(US_ASCII);
        }
        return text;
    }
}
