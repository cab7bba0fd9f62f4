package dev.lurcher.broker.telemetry;

import dev.lurcher.broker.telemetry.TelemetryException.Code;
import java.time.Duration;
import java.util.BitSet;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which exchanges are logged: those whose status is wanted, and those that took long. Immutable; equal where they want the same. */
public final class AccessFilter {
    /** Every exchange. */
    public static final AccessFilter ALL = new AccessFilter(new BitSet(), 0);

    private static final Pattern PART = Pattern.compile("([1-9])xx|([0-9]{1,3})(?:-([0-9]{1,3}))?");
    private static final int MOST_STATUS = 999;

    private final BitSet statuses;
    private final long slowMicros;
    private final boolean all;

    private AccessFilter(BitSet statuses, long slowMicros) {
        this.statuses = statuses;
        this.slowMicros = slowMicros;
        all = statuses.isEmpty() && slowMicros == 0;
    }

    /**
     * Reads a filter.
     *
     * @param statuses {@code 5xx}, {@code 404}, {@code 400-499}, or several of these with commas between; 0 is an exchange without an
     *     answer; empty names none
     * @param slow exchanges that took at least so long are logged as well; zero names none
     * @throws TelemetryException BAD_FILTER
     */
    public static AccessFilter of(String statuses, Duration slow) {
        BitSet wanted = new BitSet();
        for (String part : statuses.isBlank() ? new String[0] : statuses.split(",", -1)) {
            Matcher matcher = PART.matcher(part.strip());
            if (!matcher.matches()) {
                throw bad(part.strip());
            } else if (matcher.group(1) != null) {
                int first = Integer.parseInt(matcher.group(1)) * 100;
                wanted.set(first, first + 100);
            } else {
                int first = Integer.parseInt(matcher.group(2));
                int last = matcher.group(3) == null ? first : Integer.parseInt(matcher.group(3));
                if (last < first) {
                    throw bad(part.strip());
                }
                wanted.set(first, last + 1);
            }
        }
        return new AccessFilter(wanted, TimeUnit.NANOSECONDS.toMicros(slow.toNanos()));
    }

    private static TelemetryException bad(String part) {
        return new TelemetryException(
                Code.BAD_FILTER,
                "access_log.status: \"" + part
                        + "\" is no status. Fix: write 5xx, 404 or 400-499, with commas between several");
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AccessFilter filter
                && statuses.equals(filter.statuses)
                && slowMicros == filter.slowMicros;
    }

    @Override
    public int hashCode() {
        return Objects.hash(statuses, slowMicros);
    }

    boolean wants(LoggedExchange exchange) {
        return all
                || (exchange.status() <= MOST_STATUS && exchange.status() >= 0 && statuses.get(exchange.status()))
                || (slowMicros > 0 && exchange.durationMicros() >= slowMicros);
    }
}
