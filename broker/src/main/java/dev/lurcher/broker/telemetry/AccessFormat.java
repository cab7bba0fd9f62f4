package dev.lurcher.broker.telemetry;

import dev.lurcher.broker.telemetry.TelemetryException.Code;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a line of the access log looks like. Whatever a client sends, an exchange is one line. */
public enum AccessFormat {
    /**
     * Mongrel2's: a tagged netstring, the list of host name, client address, client port, Unix time, method, path, version,
     * status and bytes sent. Controls in values are written as {@code \xHH}.
     */
    MONGREL2 {
        @Override
        LineFormat lines(AccessStyle style) {
            return new MongrelLines();
        }
    },
    /** Apache's common format. */
    COMMON {
        @Override
        LineFormat lines(AccessStyle style) {
            return new ApacheLines(false);
        }
    },
    /** Apache's combined format, and the duration in seconds with six decimals. */
    COMBINED {
        @Override
        LineFormat lines(AccessStyle style) {
            return new ApacheLines(true);
        }
    },
    /** One JSON object. */
    JSON {
        @Override
        LineFormat lines(AccessStyle style) {
            return new JsonLines(style.server());
        }
    },
    /** One's own, see {@link LinePattern}. */
    PATTERN {
        @Override
        LineFormat lines(AccessStyle style) {
            return new PatternLines(LinePattern.of(style.pattern()), style.server());
        }
    };

    /** How one thread writes lines. */
    interface LineFormat {
        /**
         * Writes a line with its line feed.
         *
         * @param startMillis when the request began, in milliseconds since 1970
         */
        void write(LoggedExchange exchange, long startMillis, Line line);

        /** A value, or a dash. */
        static String orDash(@Nullable String value) {
            return value == null || value.isEmpty() ? "-" : value;
        }
    }

    abstract LineFormat lines(AccessStyle style);

    /**
     * The format with this name in the setting {@code access_log.format}.
     *
     * @throws TelemetryException UNKNOWN_FORMAT
     */
    public static AccessFormat of(String name) {
        for (AccessFormat format : values()) {
            if (format.settingName().equals(name)) {
                return format;
            }
        }
        throw new TelemetryException(
                Code.UNKNOWN_FORMAT,
                "access_log.format is \"" + name + "\". Fix: write one of "
                        + Arrays.stream(values()).map(AccessFormat::settingName).collect(Collectors.joining(", ")));
    }

    /** Its name in the setting {@code access_log.format}. */
    public String settingName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
