package dev.lurcher.broker.config.history;

import dev.lurcher.broker.config.language.Entry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rows of a configuration as they go into a database and come out of it. */
final class Rows {
    private final Connection connection;
    private final Blueprint blueprint;

    Rows(Connection connection, Blueprint blueprint) {
        this.connection = connection;
        this.blueprint = blueprint;
    }

    /** The tables and views there are, in lower case, with their columns. */
    Map<String, List<String>> tables() throws SQLException {
        Map<String, List<String>> tables = new LinkedHashMap<>();
        String sql = "SELECT lower(t.name), lower(c.name) FROM sqlite_schema t JOIN pragma_table_info(t.name) c"
                + " WHERE t.type IN ('table', 'view')";
        try (PreparedStatement select = connection.prepareStatement(sql);
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                tables.computeIfAbsent(row.getString(1), table -> new ArrayList<>())
                        .add(row.getString(2));
            }
        }
        return tables;
    }

    /** All rows of the tables of a configuration that are there, in the order of their ids. */
    List<Entry> read() throws SQLException {
        Map<String, List<String>> there = tables();
        List<Entry> entries = new ArrayList<>();
        for (String table : blueprint.configuration()) {
            if (!table.equals("statistic")) {
                read(table, there.getOrDefault(table, List.of()), entries);
            }
        }
        return entries;
    }

    private void read(String table, List<String> there, List<Entry> entries) throws SQLException {
        List<String> columns = blueprint.columns(table).stream()
                .map(column -> column.name().toLowerCase(Locale.ROOT))
                .filter(column -> !column.equals("id") && there.contains(column))
                .toList();
        if (columns.isEmpty() || !there.contains("id")) {
            return;
        }
        String sql = "SELECT id, \"%s\" FROM \"%s\" ORDER BY id".formatted(String.join("\", \"", columns), table);
        try (PreparedStatement select = connection.prepareStatement(sql);
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                Map<String, @Nullable Object> values = new LinkedHashMap<>();
                for (int i = 0; i < columns.size(); i++) {
                    Object value = row.getObject(i + 2);
                    values.put(columns.get(i), value instanceof Integer number ? (Object) number.longValue() : value);
                }
                entries.add(new Entry(table, row.getLong(1), values));
            }
        }
    }

    /** Makes the tables that are missing among some. */
    void create(Collection<String> wanted) throws SQLException {
        Map<String, List<String>> there = tables();
        try (Statement statement = connection.createStatement()) {
            for (Map.Entry<String, String> table : blueprint.statements().entrySet()) {
                if (wanted.contains(table.getKey()) && !there.containsKey(table.getKey())) {
                    statement.executeUpdate(table.getValue());
                }
            }
        }
    }

    /** Makes all tables anew, but for those of the history, and fills them. */
    void replace(List<Entry> entries) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String table : blueprint.configuration()) {
                statement.executeUpdate("DROP TABLE IF EXISTS \"" + table + "\"");
            }
        }
        create(blueprint.statements().keySet());
        Map<String, PreparedStatement> inserts = new HashMap<>();
        try {
            for (Entry entry : entries) {
                insert(entry, inserts);
            }
        } finally {
            for (PreparedStatement insert : inserts.values()) {
                insert.close();
            }
        }
    }

    private void insert(Entry entry, Map<String, PreparedStatement> inserts) throws SQLException {
        StringBuilder columns = new StringBuilder("id");
        entry.values()
                .keySet()
                .forEach(column -> columns.append(", \"").append(column).append('"'));
        String sql = "INSERT INTO \"" + entry.table() + "\" (" + columns + ") VALUES (?"
                + ", ?".repeat(entry.values().size()) + ")";
        PreparedStatement insert = inserts.get(sql);
        if (insert == null) {
            insert = connection.prepareStatement(sql);
            inserts.put(sql, insert);
        }
        insert.setLong(1, entry.id());
        int at = 2;
        for (Object value : entry.values().values()) {
            insert.setObject(at++, value);
        }
        insert.executeUpdate();
    }
}
