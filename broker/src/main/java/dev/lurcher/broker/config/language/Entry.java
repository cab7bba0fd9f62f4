package dev.lurcher.broker.config.language;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row of a table.
 *
 * @param table the table
 * @param id its {@code id}
 * @param values by column, without the id: String, Long, Double or null. A column that is not among them has its default
 */
public record Entry(String table, long id, Map<String, @Nullable Object> values) {
    /** Copies the map. */
    public Entry {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** What stands in a column; null also where it is not among the values. */
    public @Nullable Object value(String column) {
        return values.get(column);
    }
}
