package dev.lurcher.broker.config.language;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rows that a text asks for.
 *
 * @param entries in the order of their ids within each table
 * @param warnings what is not what it looks like
 * @param spots where the values stand in the text
 */
public record Draft(List<Entry> entries, List<Complaint> warnings, Map<Cell, Spot> spots) {
    /** Copies all. */
    public Draft {
        entries = List.copyOf(entries);
        warnings = List.copyOf(warnings);
        spots = Map.copyOf(spots);
    }

    /**
     * A value of a row.
     *
     * @param column empty for the row as a whole
     */
    public record Cell(String table, long row, String column) {}

    /** Where a value stands, or what is nearest to it: its row's place, or null. */
    public @Nullable Spot spot(String table, long row, String column) {
        Spot spot = spots.get(new Cell(table, row, column));
        return spot == null ? spots.get(new Cell(table, row, "")) : spot;
    }
}
