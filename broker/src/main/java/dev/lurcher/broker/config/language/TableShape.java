package dev.lurcher.broker.config.language;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table of which the language has a class.
 *
 * @param table its name
 * @param className as {@code Handler}
 * @param listName what a list of them is called, as {@code hosts}
 * @param owner the table whose rows own those of this one, by a column {@code OWNER_id}; null where nothing does
 * @param columns the parameters, in the order of the columns; without ids
 */
public record TableShape(
        String table,
        String className,
        String listName,
        @Nullable String owner,
        List<ColumnShape> columns) {
    /** Copies the list. */
    public TableShape {
        columns = List.copyOf(columns);
    }

    /** The parameter with this name, or null. */
    @Nullable
    ColumnShape column(String name) {
        for (ColumnShape column : columns) {
            if (column.name().equals(name)) {
                return column;
            }
        }
        return null;
    }
}
