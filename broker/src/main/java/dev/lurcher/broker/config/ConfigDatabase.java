package dev.lurcher.broker.config;

import dev.lurcher.broker.config.ConfigException.Code;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * A configuration database, opened for reading: Mongrel2's tables, with columns of ours or without.
 * <p>Thread: one at a time; reading blocks, so never on an event loop.
 */
public final class ConfigDatabase implements AutoCloseable {
    private static final int BUSY_MILLIS = 1500;
    private static final List<String> TABLES = List.of("server", "host", "route", "handler", "setting");

    private final Path file;
    private final Connection connection;
    private final Map<String, Set<String>> columns = new HashMap<>();

    /** What is done with each row of a query. */
    interface RowReader {
        void read(Row row) throws SQLException;
    }

    private ConfigDatabase(Path file, Connection connection) {
        this.file = file;
        this.connection = connection;
    }

    /**
     * Opens a database and looks whether it is a sound one.
     *
     * @throws ConfigException UNREADABLE, NOT_A_DATABASE, LOCKED or WRONG_SCHEMA
     */
    public static ConfigDatabase open(Path file) {
        if (!Files.exists(file)) {
            throw new ConfigException(
                    Code.UNREADABLE,
                    file + " does not exist. Fix: name the file with --db, or make one: sqlite3 " + file
                            + " < config.sqlite.sql");
        }
        if (Files.isDirectory(file)) {
            throw new ConfigException(Code.UNREADABLE, file + " is a directory. Fix: name the database file in it.");
        }
        if (!Files.isReadable(file)) {
            throw new ConfigException(
                    Code.UNREADABLE, file + " may not be read by this user. Fix: correct its owner or permissions.");
        }
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(BUSY_MILLIS);
        try {
            Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file, config.toProperties());
            ConfigDatabase database = new ConfigDatabase(file, connection);
            try {
                database.check();
                return database;
            } catch (SQLException | ConfigException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw refusal(file, e);
        }
    }

    private void check() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA trusted_schema=OFF");
            try (ResultSet found = statement.executeQuery("PRAGMA quick_check(1)")) {
                if (found.next() && !"ok".equals(found.getString(1))) {
                    throw new ConfigException(
                            Code.NOT_A_DATABASE,
                            file + " is damaged: " + found.getString(1) + ". Fix: restore it, or load it anew.");
                }
            }
            try (ResultSet tables = statement.executeQuery("SELECT name FROM sqlite_master WHERE type='table'")) {
                while (tables.next()) {
                    columns.put(tables.getString(1), new HashSet<>());
                }
            }
        }
        List<String> missing =
                TABLES.stream().filter(table -> !columns.containsKey(table)).toList();
        if (!missing.isEmpty()) {
            throw new ConfigException(
                    Code.WRONG_SCHEMA,
                    file + " is no configuration: it has no table " + String.join(", ", missing)
                            + ". Fix: make one: sqlite3 config.sqlite < config.sqlite.sql");
        }
        for (Map.Entry<String, Set<String>> table : columns.entrySet()) {
            try (PreparedStatement statement = connection.prepareStatement("SELECT name FROM pragma_table_info(?)")) {
                statement.setString(1, table.getKey());
                try (ResultSet names = statement.executeQuery()) {
                    while (names.next()) {
                        table.getValue().add(names.getString(1));
                    }
                }
            }
        }
    }

    /** Where it is. */
    public Path file() {
        return file;
    }

    /** Whether there is such a table. */
    boolean hasTable(String table) {
        return columns.containsKey(table);
    }

    /**
     * Reads the rows of one table in their natural order, which decides about routes.
     *
     * @param where a condition with at most one {@code ?}, or empty
     */
    void read(String table, String where, Object parameter, List<Problem> problems, RowReader reader) {
        String sql = "SELECT rowid AS id, * FROM \"" + table + "\"" + (where.isEmpty() ? "" : " WHERE " + where)
                + " ORDER BY rowid";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            if (!where.isEmpty()) {
                statement.setObject(1, parameter);
            }
            try (ResultSet result = statement.executeQuery()) {
                Row row = new Row(result, table, columns.getOrDefault(table, Set.of()), problems);
                while (result.next()) {
                    reader.read(row);
                }
            }
        } catch (SQLException e) {
            throw refusal(file, e);
        }
    }

    /** The uuids of all servers, in the order of their rows. */
    public List<String> serverUuids() {
        List<String> uuids = new ArrayList<>();
        read("server", "", "", new ArrayList<>(), row -> uuids.add(row.text("uuid", "")));
        return uuids;
    }

    private static ConfigException refusal(Path file, SQLException e) {
        SQLiteErrorCode code =
                e instanceof SQLiteException sqlite ? sqlite.getResultCode() : SQLiteErrorCode.UNKNOWN_ERROR;
        return switch (code) {
            case SQLITE_BUSY, SQLITE_LOCKED ->
                new ConfigException(
                        Code.LOCKED, file + " is locked by another process. Fix: end its transaction, then try again.");
            case SQLITE_NOTADB, SQLITE_CORRUPT ->
                new ConfigException(
                        Code.NOT_A_DATABASE,
                        file + " is no SQLite database, or a damaged one (" + e.getMessage()
                                + "). Fix: restore it, or make one: sqlite3 config.sqlite < config.sqlite.sql");
            default -> new ConfigException(Code.UNREADABLE, file + " cannot be read: " + e.getMessage());
        };
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw refusal(file, e);
        }
    }
}
