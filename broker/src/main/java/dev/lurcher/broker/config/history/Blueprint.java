package dev.lurcher.broker.config.history;

import dev.lurcher.broker.config.ConfigScript;
import dev.lurcher.broker.config.OpenDatabase;
import dev.lurcher.broker.config.language.ColumnShape;
import dev.lurcher.broker.config.language.ColumnShape.Kind;
import dev.lurcher.broker.config.language.Schema;
import dev.lurcher.broker.config.language.TableShape;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code config.sqlite.sql} says: the tables with their columns, and the media types. It is the one list from which the
 * language takes its classes and parameters, {@code upgrade} the columns that it adds, and docs/parameters.md its lines: what is
 * added there is known everywhere.
 */
public final class Blueprint {
    /** What stays when a configuration is loaded. */
    static final Set<String> HISTORY = Set.of("log", "revision", "revision_text");

    private static final Set<String> WITHOUT_CLASS = Set.of("route", "setting", "mimetype", "statistic");
    private static final Set<String> NOT_USED = Set.of("maintenance", "reversed");
    private static final Map<String, String> CLASS_NAMES = Map.of("directory", "Dir");

    /** A column's line in the script: name, type, and what is said of it. */
    private static final Pattern COLUMN = Pattern.compile("    ([a-z_]+) [A-Z][^-]*?(?:-- (.*))?");

    /** What is said of a column goes on in lines of their own, far to the right; what stands left is said of several. */
    private static final Pattern MORE = Pattern.compile(" {20,}-- +(.*)");

    private static final Pattern OURS = Pattern.compile(" {4}-- Ours\\b.*");

    private final Map<String, String> statements;
    private final Map<String, List<Column>> columns;
    private final Schema schema;

    private Blueprint(Connection connection) throws SQLException {
        statements = statements(connection);
        columns = new LinkedHashMap<>();
        for (String table : statements.keySet()) {
            columns.put(table, columns(connection, table));
        }
        List<TableShape> shapes = new ArrayList<>();
        statements.forEach((table, statement) -> {
            if (!WITHOUT_CLASS.contains(table) && !HISTORY.contains(table)) {
                shapes.add(shape(table, statement));
            }
        });
        schema = new Schema(shapes, mediaTypes(connection));
    }

    /**
     * A column of the script.
     *
     * @param byDefault as SQL has it
     */
    record Column(
            String name,
            String type,
            boolean isNotNull,
            @Nullable String byDefault) {
        /** As {@code ALTER TABLE ADD COLUMN} takes it. */
        String declaration() {
            return name + " " + type + (isNotNull ? " NOT NULL" : "")
                    + (byDefault == null ? "" : " DEFAULT " + byDefault);
        }
    }

    /** Reads the script. */
    public static Blueprint read() {
        try (OpenDatabase database = OpenDatabase.inMemory(Path.of("config.sqlite.sql"))) {
            return database.call(connection -> {
                connection.setAutoCommit(true);
                try (Statement statement = connection.createStatement()) {
                    statement.executeUpdate(ConfigScript.text());
                }
                return new Blueprint(connection);
            });
        }
    }

    /** The tables as the language sees them. */
    public Schema schema() {
        return schema;
    }

    /** All tables, and the statements that make them. */
    Map<String, String> statements() {
        return statements;
    }

    /** The tables that hold a configuration. */
    List<String> configuration() {
        return statements.keySet().stream()
                .filter(table -> !HISTORY.contains(table))
                .toList();
    }

    List<Column> columns(String table) {
        return columns.getOrDefault(table, List.of());
    }

    private static Map<String, String> statements(Connection connection) throws SQLException {
        Map<String, String> found = new LinkedHashMap<>();
        try (PreparedStatement select = connection.prepareStatement(
                        "SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY rowid");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                found.put(row.getString(1), row.getString(2));
            }
        }
        return found;
    }

    private static List<Column> columns(Connection connection, String table) throws SQLException {
        List<Column> found = new ArrayList<>();
        try (PreparedStatement select =
                connection.prepareStatement("SELECT name, type, \"notnull\", dflt_value FROM pragma_table_info(?)")) {
            select.setString(1, table);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    found.add(new Column(row.getString(1), row.getString(2), row.getBoolean(3), row.getString(4)));
                }
            }
        }
        return List.copyOf(found);
    }

    private static Map<String, String> mediaTypes(Connection connection) throws SQLException {
        Map<String, String> found = new LinkedHashMap<>();
        try (PreparedStatement select =
                        connection.prepareStatement("SELECT extension, mimetype FROM mimetype ORDER BY id");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                found.put(row.getString(1), row.getString(2));
            }
        }
        return found;
    }

    private TableShape shape(String table, String statement) {
        String owner = null;
        for (Column column : columns(table)) {
            String before = column.name().replaceFirst("_id$", "");
            if (column.name().endsWith("_id") && statements.containsKey(before)) {
                owner = before;
            }
        }
        Map<String, String> meanings = new HashMap<>();
        Set<String> ours = said(statement, meanings);
        List<ColumnShape> shapes = new ArrayList<>();
        for (Column column : columns(table)) {
            String name = column.name();
            if (!name.equals("id") && !name.equals(owner + "_id") && !NOT_USED.contains(name)) {
                shapes.add(new ColumnShape(
                        name,
                        kind(table, column),
                        column.isNotNull() && column.byDefault() == null,
                        !column.isNotNull(),
                        literal(column.byDefault()),
                        meanings.getOrDefault(name, ""),
                        ours.contains(name)));
            }
        }
        return new TableShape(table, className(table), table + "s", owner, shapes);
    }

    private static String className(String table) {
        String known = CLASS_NAMES.get(table);
        if (known != null) {
            return known;
        }
        StringBuilder name = new StringBuilder();
        for (String word : table.split("_")) {
            name.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
        }
        return name.toString();
    }

    private static Kind kind(String table, Column column) {
        if (Set.of("filter", "xrequest").contains(table) && column.name().equals("settings")) {
            return Kind.STRUCTURE;
        }
        return column.type().equals("TEXT") ? Kind.TEXT : Kind.NUMBER;
    }

    private static @Nullable Object literal(@Nullable String sql) {
        if (sql == null || sql.equals("NULL")) {
            return null;
        }
        return sql.startsWith("'") ? sql.substring(1, sql.length() - 1).replace("''", "'") : (Object) Long.valueOf(sql);
    }

    /** What the comments of a statement say of each column; returns the columns that are marked as ours. */
    private static Set<String> said(String statement, Map<String, String> meanings) {
        Set<String> ours = new HashSet<>();
        boolean isOurs = false;
        String last = "";
        for (String line : statement.split("\n")) {
            Matcher more = MORE.matcher(line);
            Matcher column = COLUMN.matcher(line);
            if (OURS.matcher(line).matches()) {
                isOurs = true;
            } else if (more.matches()) {
                meanings.merge(last, " " + more.group(1), String::concat);
            } else if (column.matches()) {
                last = column.group(1);
                meanings.put(last, column.group(2) == null ? "" : column.group(2));
                if (isOurs) {
                    ours.add(last);
                }
            }
        }
        return ours;
    }
}
