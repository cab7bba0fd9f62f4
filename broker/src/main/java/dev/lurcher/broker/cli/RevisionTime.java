package dev.lurcher.broker.cli;

import dev.lurcher.broker.config.history.Revision;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A revision of a configuration by its number, or by a time at which it was the last one.
 * <pre>
 *   at   = number / date [ ( "T" / " " ) time [ zone ] ] / count unit " ago"
 *   date = 2026-11-21     time = 14:00 / 14:00:05     zone = "Z" / +01:00     unit = s / m / h / d / w
 * </pre>
 * Times without a zone are in UTC, as those that {@code broker log} shows. A date alone is the end of that day.
 */
final class RevisionTime {
    /** What may be written. */
    static final String FORMS = "a number, 2026-11-21T14:00 (UTC; or with +01:00), 2026-11-21 or '2h ago'";

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");
    private static final Pattern AGO = Pattern.compile("([0-9]{1,6}) ?([smhdw]) ago");
    private static final Pattern ZONED = Pattern.compile(".*T.*(Z|[+-][0-9]{2}:[0-9]{2})");

    private RevisionTime() {}

    /**
     * The number of the revision that is meant.
     *
     * @param all in the order of time
     * @throws CommandException where the text is none of the forms, or nothing is so old
     */
    static long find(String text, List<Revision> all, Instant now) {
        String at = text.strip();
        if (NUMBER.matcher(at).matches()) {
            return Long.parseLong(at);
        }
        Instant when = time(at, now);
        List<Revision> numbered =
                all.stream().filter(revision -> revision.number() > 0).toList();
        return numbered.stream()
                .filter(revision -> !begin(revision).isAfter(when))
                .mapToLong(Revision::number)
                .max()
                .orElseThrow(() -> new CommandException("no revision is as old as " + text + " (" + when + ")"
                        + (numbered.isEmpty()
                                ? ": there is none. Fix: broker commit makes one of what is there now."
                                : ". Fix: the oldest is " + numbered.get(0).number() + ", of "
                                        + numbered.get(0).when() + " UTC; broker log lists them.")));
    }

    private static Instant begin(Revision revision) {
        return LocalDateTime.parse(revision.when().replace(' ', 'T')).toInstant(ZoneOffset.UTC);
    }

    private static Instant time(String at, Instant now) {
        Matcher ago = AGO.matcher(at);
        if (ago.matches()) {
            return now.minus(unit(ago.group(2)).multipliedBy(Long.parseLong(ago.group(1))));
        }
        String iso = at.replace(' ', 'T');
        try {
            if (iso.indexOf('T') < 0) {
                return LocalDate.parse(iso)
                        .plusDays(1)
                        .atStartOfDay(ZoneOffset.UTC)
                        .toInstant()
                        .minusMillis(1);
            }
            return ZONED.matcher(iso).matches()
                    ? OffsetDateTime.parse(iso).toInstant()
                    : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException e) {
            throw new CommandException("--at \"" + at + "\" is no revision and no time. Fix: write " + FORMS + ".");
        }
    }

    private static Duration unit(String letter) {
        return switch (letter) {
            case "s" -> Duration.ofSeconds(1);
            case "m" -> Duration.ofMinutes(1);
            case "h" -> Duration.ofHours(1);
            case "d" -> Duration.ofDays(1);
            default -> Duration.ofDays(7);
        };
    }
}
