package dev.lurcher.broker.config.language;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a configuration as the language sees them.
 *
 * @param tables those that have a class, owners before what they own
 * @param mediaTypes the broker's own, by file name extension, in the order of their rows
 */
public record Schema(List<TableShape> tables, Map<String, String> mediaTypes) {
    /** What {@code route.target_type} says of the tables that a route can lead to. */
    private static final Map<String, String> TARGETS =
            Map.of("handler", "handler", "directory", "dir", "proxy", "proxy");

    /** Copies both. */
    public Schema {
        tables = List.copyOf(tables);
        mediaTypes = Collections.unmodifiableMap(new LinkedHashMap<>(mediaTypes));
    }

    /** Whether routes lead to the rows of a table. */
    public static boolean isTarget(String table) {
        return TARGETS.containsKey(table);
    }

    /** The word for a table in {@code route.target_type}. */
    static String targetType(String table) {
        return String.valueOf(TARGETS.get(table));
    }

    /** The table that a word in {@code route.target_type} means, or null. */
    public static @Nullable String targetTable(@Nullable Object type) {
        for (Map.Entry<String, String> target : TARGETS.entrySet()) {
            if (target.getValue().equals(type)) {
                return target.getKey();
            }
        }
        return null;
    }

    /**
     * The shape of a table.
     *
     * @throws IllegalArgumentException if it has none
     */
    public TableShape table(String name) {
        for (TableShape shape : tables) {
            if (shape.table().equals(name)) {
                return shape;
            }
        }
        throw new IllegalArgumentException(name);
    }

    @Nullable
    TableShape ofClass(String className) {
        for (TableShape shape : tables) {
            if (shape.className().equals(className)) {
                return shape;
            }
        }
        return null;
    }

    /** The tables whose rows belong to those of another one; null: to nothing, though they are no targets. */
    public List<TableShape> ownedBy(@Nullable String owner) {
        return tables.stream()
                .filter(shape ->
                        owner == null ? shape.owner() == null && !isTarget(shape.table()) : owner.equals(shape.owner()))
                .toList();
    }
}
