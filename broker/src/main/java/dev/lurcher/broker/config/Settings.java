package dev.lurcher.broker.config;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** The values of all settings, as read from a database or by default. Immutable. */
public final class Settings {
    private final Map<Setting, String> written;
    private final Map<Setting, Long> numbers = new EnumMap<>(Setting.class);

    /**
     * Takes values as they are written in a database; what is not named has its default.
     *
     * @throws IllegalArgumentException for a value that cannot be taken
     */
    public Settings(Map<Setting, String> values) {
        written = values.isEmpty() ? new EnumMap<>(Setting.class) : new EnumMap<>(values);
        for (Setting setting : Setting.values()) {
            Rule.Reading reading = setting.rule().read(text(setting));
            if (!reading.fault().isEmpty()) {
                throw new IllegalArgumentException(setting.key() + "=" + text(setting) + ": " + reading.fault());
            }
            if (setting.rule().isNumber()) {
                numbers.put(setting, reading.number());
            }
        }
    }

    /** All defaults. */
    public static Settings defaults() {
        return new Settings(Map.of());
    }

    /** The same but for one value, as it would be written in a database. */
    public Settings with(Setting setting, String value) {
        Map<Setting, String> values = new EnumMap<>(Setting.class);
        values.putAll(written);
        values.put(setting, value);
        return new Settings(values);
    }

    /** The values with which a broker that runs by these goes on when the database has others: what is taken at a start only stays. */
    public Settings reloaded(Settings next) {
        Map<Setting, String> values = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.values()) {
            Settings from = setting.isReloadable() ? next : this;
            if (from.isSet(setting)) {
                values.put(setting, from.text(setting));
            }
        }
        return new Settings(values);
    }

    /** A count, or the bytes of a size, or 0 or 1. */
    public long number(Setting setting) {
        Long value = numbers.get(setting);
        if (value == null || setting.kind() == Setting.Kind.DURATION) {
            throw new IllegalArgumentException(setting + " is no number");
        }
        return value;
    }

    /** As {@link #number}, for settings whose range ends below 2^31. */
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
        return written.getOrDefault(setting, setting.byDefault());
    }

    /** Whether the database has a value for it. */
    public boolean isSet(Setting setting) {
        return written.containsKey(setting);
    }
}
