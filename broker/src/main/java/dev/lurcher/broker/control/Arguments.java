package dev.lurcher.broker.control;

import dev.lurcher.broker.control.ControlException.Code;
import dev.lurcher.protocol.TNetString;
import dev.lurcher.protocol.TNetString.Text;
import dev.lurcher.protocol.TNetString.Whole;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of one command. What is not asked for is ignored, as in Mongrel2.
 * <pre> duration = 1*9DIGIT [ "ms" / "s" / "m" / "h" ]     ; seconds where no unit is given, also as a number </pre>
 */
final class Arguments {
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h)?");
    private static final int LONGEST_SHOWN = 60;

    private final Map<String, TNetString> values;

    Arguments(Map<String, TNetString> values) {
        this.values = values;
    }

    /** A whole number that must be there; what is wrong is said in Mongrel2's words. */
    long number(String key) {
        if (values.get(key) instanceof Whole whole) {
            return whole.value();
        }
        throw invalid();
    }

    /** A text that must be there; what is wrong is said in Mongrel2's words. */
    String word(String key) {
        if (values.get(key) instanceof Text text) {
            return text.utf8();
        }
        throw invalid();
    }

    /** A text, or a number as it would be written; null where it is missing. Some clients make numbers of all that looks so. */
    @Nullable
    String name(String key) {
        return switch (values.get(key)) {
            case null -> null;
            case Text text -> text.utf8();
            case Whole whole -> Long.toString(whole.value());
            default -> throw wrong(key, "it is no text");
        };
    }

    /** As {@link #name}, but it must be there. */
    String requiredName(String key, String meaning) {
        String name = name(key);
        if (name == null || name.isEmpty()) {
            throw new ControlException(
                    Code.INVALID_ARGUMENT, "argument " + key + " is missing. Fix: add " + key + "=" + meaning + ".");
        }
        return name;
    }

    /** A number of 1 to {@code most}; {@code otherwise} where it is missing. */
    int count(String key, int most, int otherwise) {
        String written = name(key);
        if (written == null) {
            return otherwise;
        }
        if (!written.matches("[0-9]{1,9}") || Integer.parseInt(written) < 1 || Integer.parseInt(written) > most) {
            throw wrong(key, "it is no number from 1 to " + most);
        }
        return Integer.parseInt(written);
    }

    /** A time from zero on; {@code otherwise} where it is missing, and where that is null it must be there. */
    Duration duration(String key, @Nullable Duration otherwise) {
        String written = otherwise == null ? requiredName(key, "TIME, as 10s or 500ms") : name(key);
        if (written == null && otherwise != null) {
            return otherwise;
        }
        Matcher matcher = DURATION.matcher(String.valueOf(written));
        if (!matcher.matches()) {
            throw wrong(key, "it is no time, as 500ms, 10s, 5m or 1h");
        }
        long number = Long.parseLong(matcher.group(1));
        String unit = matcher.group(2) == null ? "s" : matcher.group(2);
        return switch (unit) {
            case "ms" -> Duration.ofMillis(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofSeconds(number);
        };
    }

    /** In Mongrel2's words. */
    static ControlException invalid() {
        return new ControlException(Code.INVALID_ARGUMENT, "Invalid argument type.");
    }

    private static ControlException wrong(String key, String what) {
        return new ControlException(Code.INVALID_ARGUMENT, "argument " + key + ": " + what + ". Fix: correct it.");
    }

    /** For a log: {@code key=value}, divided by blanks; cut where it is long. */
    @Override
    public String toString() {
        StringBuilder shown = new StringBuilder();
        values.forEach((key, value) -> {
            String text = switch (value) {
                case Text octets -> octets.octets();
                case Whole whole -> Long.toString(whole.value());
                default -> "?";
            };
            shown.append(' ').append(cut(key)).append('=').append(cut(text));
        });
        return shown.substring(0, Math.min(shown.length(), 4 * LONGEST_SHOWN));
    }

    private static String cut(String text) {
        return text.substring(0, Math.min(text.length(), LONGEST_SHOWN));
    }
}
