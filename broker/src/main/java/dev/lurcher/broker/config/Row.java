package dev.lurcher.broker.config;

import dev.lurcher.broker.config.Problem.Severity;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One row as it stands in the database. A value of the wrong type is reported, and the reading goes on with what is nearest
 * to it, so that everything else that is wrong is found in the same run. Immutable.
 */
final class Row {
    private final Table table;
    private final Map<String, Integer> columns;
    private final List<@Nullable Object> values;

    /** @param columns the place of each column in {@code values}; a column that the database lacks has none */
    Row(Table table, Map<String, Integer> columns, List<@Nullable Object> values) {
        this.table = table;
        this.columns = columns;
        this.values = values;
    }

    /** The number by which other rows name this one; 0 when there is none. */
    long id() {
        return value("id") instanceof Long id ? id : 0;
    }

    Place place(String column) {
        return new Place(table.label(), id(), column);
    }

    /** What stands in a column; null for NULL and where there is no such column. */
    @Nullable
    Object value(String column) {
        Integer at = columns.get(column);
        return at == null ? null : values.get(at);
    }

    /** What stands in a column as it would be printed. */
    @Nullable
    String shown(String column) {
        Object value = value(column);
        return value == null
                ? null
                : value instanceof byte[] bytes ? "a blob of length " + bytes.length : value.toString();
    }

    /** A text that must be there. */
    String text(String column, Consumer<Problem> problems) {
        Object value = value(column);
        if (value instanceof String text) {
            return text;
        }
        String fault = value == null ? "it must not be NULL" : "it must be text, and is " + type(value);
        problems.accept(error(column, fault, "text", "write " + (value == null ? "a text" : "it as text")));
        return value == null ? "" : String.valueOf(shown(column));
    }

    /** A text of which the column, or its value, may be missing. */
    String text(String column, String byDefault, Consumer<Problem> problems) {
        return value(column) == null ? byDefault : text(column, problems);
    }

    /** An integer that must be there. */
    long integer(String column, Range range, Consumer<Problem> problems) {
        Object value = value(column);
        if (!(value instanceof Long number)) {
            String fault = value == null ? "it must not be NULL" : "it must be an integer, and is " + type(value);
            problems.accept(error(column, fault, range.toString(), "write a number"));
            return range.least();
        }
        if (number < range.least() || number > range.most()) {
            problems.accept(error(column, "it is out of range", range.toString(), "write a number of that range"));
        }
        return number;
    }

    /** An integer of which the column, or its value, may be missing. */
    long integer(String column, Range range, long byDefault, Consumer<Problem> problems) {
        return value(column) == null ? byDefault : integer(column, range, problems);
    }

    Problem error(String column, String fault, String allowed, String fix) {
        return new Problem(Severity.ERROR, place(column), shown(column), fault, allowed, fix);
    }

    Problem warning(String column, String fault, String fix) {
        return new Problem(Severity.WARNING, place(column), shown(column), fault, "", fix);
    }

    Problem note(String column, String fault, String fix) {
        return new Problem(Severity.NOTE, place(column), shown(column), fault, "", fix);
    }

    private static String type(Object value) {
        return switch (value) {
            case Long integer -> "an integer";
            case Double real -> "a real number";
            case byte[] blob -> "a blob";
            default -> "a text";
        };
    }

    /** The integers that a column may hold, both ends included. */
    record Range(long least, long most) {
        static final Range ANY = new Range(Long.MIN_VALUE, Long.MAX_VALUE);
        static final Range FLAG = new Range(0, 1);

        @Override
        public String toString() {
            return equals(ANY) ? "an integer" : equals(FLAG) ? "0 or 1" : least + " to " + most;
        }
    }
}
