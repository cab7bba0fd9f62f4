package dev.lurcher.broker.config;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The values of all settings, as read from a database or by default. Immutable. */
public final class Settings {
    private static final Pattern NUMBER = Pattern.compile("\\s*([+-]?[0-9]{1,18})(.*)", Pattern.DOTALL);

    private final Map<Setting, String> texts;
    private final Map<Setting, Long> numbers = new EnumMap<>(Setting.class);

    /**
     * Takes values; what is not named has its default.
     *
     * @throws IllegalArgumentException for a value that {@link #fault} has something to say about
     */
    public Settings(Map<Setting, String> values) {
        texts = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.values()) {
            String text = values.getOrDefault(setting, setting.byDefault());
            texts.put(setting, text);
            if (isNumber(setting)) {
                String fault = fault(setting, text);
                if (!fault.isEmpty()) {
                    throw new IllegalArgumentException(setting.key() + "=" + text + ": " + fault);
                }
                numbers.put(setting, parse(setting, text));
            }
        }
    }

    /** All defaults. */
    public static Settings defaults() {
        return new Settings(Map.of());
    }

    /** A number, or the bytes of a size. */
    public long number(Setting setting) {
        Long value = numbers.get(setting);
        if (value == null || setting.kind() == Setting.Kind.DURATION) {
            throw new IllegalArgumentException(setting + " is no number");
        }
        return value;
    }

    /** As {@link #number}, for settings whose range ends at 2^31-1. */
    public int integer(Setting setting) {
        return Math.toIntExact(number(setting));
    }

    /** A time. */
    public Duration duration(Setting setting) {
        Long value = numbers.get(setting);
        if (value == null || setting.kind() != Setting.Kind.DURATION) {
            throw new IllegalArgumentException(setting + " is no duration");
        }
        return Duration.ofMillis(value);
    }

    /** Yes or no. */
    public boolean flag(Setting setting) {
        return number(setting) == 1;
    }

    /** The value as it is written. */
    public String text(Setting setting) {
        return texts.getOrDefault(setting, setting.byDefault());
    }

    /** What is wrong with a value and what is allowed; empty when nothing is. */
    public static String fault(Setting setting, String text) {
        if (!isNumber(setting)) {
            return setting == Setting.ACCESS_LOG_FORMAT && !text.matches("mongrel2|combined|json")
                    ? "allowed: mongrel2, combined, json"
                    : "";
        }
        Matcher matcher = NUMBER.matcher(text);
        if (!matcher.matches()) {
            return "it does not begin with a number; allowed: " + range(setting);
        }
        long value = parse(setting, text);
        return value < setting.least() || value > setting.most() ? "allowed: " + range(setting) : "";
    }

    /** What of a value is not read, since Mongrel2's numbers end at the first other character; empty when all is read. */
    public static String unread(Setting setting, String text) {
        if (!isNumber(setting)) {
            return "";
        }
        Matcher matcher = NUMBER.matcher(text);
        if (!matcher.matches()) {
            return "";
        }
        String rest = matcher.group(2).strip();
        return unit(setting, rest) == 0 ? rest : "";
    }

    private static boolean isNumber(Setting setting) {
        return setting.kind() != Setting.Kind.TEXT && setting.kind() != Setting.Kind.IGNORED;
    }

    private static long parse(Setting setting, String text) {
        Matcher matcher = NUMBER.matcher(text);
        if (!matcher.matches()) {
            return 0;
        }
        long unit = unit(setting, matcher.group(2).strip());
        long number = Long.parseLong(matcher.group(1));
        long each = unit == 0 ? unit(setting, "") : unit;
        return number > Long.MAX_VALUE / each ? Long.MAX_VALUE : number * each;
    }

    /** How many bytes or milliseconds the unit stands for; 0 for a unit that there is not. */
    private static long unit(Setting setting, String suffix) {
        return switch (setting.kind()) {
            case BYTES ->
                switch (suffix) {
                    case "" -> 1;
                    case "k" -> 1L << 10;
                    case "m" -> 1L << 20;
                    case "g" -> 1L << 30;
                    default -> 0;
                };
            case DURATION ->
                switch (suffix) {
                    case "ms" -> 1;
                    case "", "s" -> 1000;
                    case "m" -> 60_000;
                    case "h" -> 3_600_000;
                    default -> 0;
                };
            case COUNT, FLAG, TEXT, IGNORED -> suffix.isEmpty() ? 1 : 0;
        };
    }

    private static String range(Setting setting) {
        return switch (setting.kind()) {
            case DURATION -> time(setting.least()) + " to " + time(setting.most());
            case BYTES -> setting.least() + " to " + setting.most() + " bytes (or with k, m, g behind the number)";
            case FLAG -> "0 or 1";
            case COUNT, TEXT, IGNORED -> setting.least() + " to " + setting.most();
        };
    }

    private static String time(long millis) {
        return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }
}
