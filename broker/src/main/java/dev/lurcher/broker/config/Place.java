package dev.lurcher.broker.config;

/**
 * Where something stands in a configuration database.
 *
 * @param table the table
 * @param row its {@code id}; 0 when the table as a whole is meant
 * @param column the column
 */
public record Place(String table, long row, String column) {
    @Override
    public String toString() {
        return row == 0 ? table + "." + column : table + " row " + row + ", " + column;
    }
}
