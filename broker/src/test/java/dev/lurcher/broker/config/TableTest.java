package dev.lurcher.broker.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read is what the script has. */
class TableTest {
    /** Of filters their names are enough to say that they are not loaded. */
    private static final Set<String> NOT_READ =
            Set.of("host.maintenance", "route.reversed", "filter.settings", "xrequest.settings");

    @TempDir
    private Path folder;

    @Test
    void readsTheColumnsOfTheScript() throws SQLException {
        Set<String> read = new TreeSet<>();
        for (Table table : Table.values()) {
            List.of(table.required(), table.optional())
                    .forEach(columns -> columns.forEach(column -> read.add(table.label() + "." + column)));
        }
        Set<String> tables = new HashSet<>();
        for (Table table : Table.values()) {
            tables.add(table.label());
        }

        Set<String> script = columns(Databases.demo(folder, ""));
        script.removeIf(column -> column.endsWith(".id")
                || NOT_READ.contains(column)
                || !tables.contains(column.substring(0, column.indexOf('.'))));

        assertEquals(script, read);
    }

    private static Set<String> columns(Path file) throws SQLException {
        Set<String> columns = new TreeSet<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                PreparedStatement select = connection.prepareStatement(
                        "SELECT t.name || '.' || c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                columns.add(row.getString(1).toLowerCase(Locale.ROOT));
            }
        }
        return columns;
    }
}
