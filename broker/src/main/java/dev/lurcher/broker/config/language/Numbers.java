package dev.lurcher.broker.config.language;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Numbers as SQLite keeps them: integers of 64 bits, and doubles that are no integers. */
final class Numbers {
    private static final Pattern NUMBER = Pattern.compile("[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?");
    private static final double LARGEST = 9.0e18;

    private Numbers() {}

    /** The Long or Double that a text is; null when it is none. */
    static @Nullable Object read(String text) {
        if (!NUMBER.matcher(text).matches()) {
            return null;
        }
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException tooLongOrNoInteger) {
            double real = Double.parseDouble(text);
            boolean isWhole = Math.abs(real) < LARGEST && real == Math.rint(real);
            return isWhole ? (Object) (long) real : (Object) real;
        }
    }

    /** A text that is read as this number. */
    static String written(double number) {
        return Double.isInfinite(number) ? (number < 0 ? "-9e999" : "9e999") : String.valueOf(number);
    }
}
