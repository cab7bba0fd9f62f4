package dev.lurcher.broker.config.language;

import org.jspecify.annotations.Nullable;

/**
 * A column of a table: a parameter of the language.
 *
 * @param name of both
 * @param kind what may be written
 * @param isRequired whether it must be written
 * @param isNullable whether {@code null} may be
 * @param byDefault what the column holds when nothing is written: String, Long, Double or null
 * @param meaning what it is for, a line
 * @param isOurs whether Mongrel2 has no such column
 */
public record ColumnShape(
        String name,
        Kind kind,
        boolean isRequired,
        boolean isNullable,
        @Nullable Object byDefault,
        String meaning,
        boolean isOurs) {
    /** What a column takes. */
    public enum Kind {
        /** Strings. */
        TEXT,
        /** Numbers, true and false, and strings with units. */
        NUMBER,
        /** Pairs and lists, stored as a tagged netstring, or a string as it is. */
        STRUCTURE
    }
}
