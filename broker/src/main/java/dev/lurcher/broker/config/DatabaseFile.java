package dev.lurcher.broker.config;

import dev.lurcher.broker.config.ConfigException.Code;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.SQLiteLimits;

/** The SQLite file of a configuration while it is read: opening, looking for damage, taking the rows. */
final class DatabaseFile {
    /** What {@code PRAGMA user_version} is in databases that our script makes; Mongrel2's have 0. */
    static final int SCHEMA_VERSION = 1;

    private static final int BUSY_MILLIS = 1000;
    private static final int LONGEST_VALUE_BYTES = 1 << 20;
    private static final String MAKE_ONE = "make one (sqlite3 config.sqlite <config.sqlite.sql)";
    private static final String RESTORE = "restore it from a copy, or " + MAKE_ONE;

    private final Path file;
    private final Connection connection;

    private DatabaseFile(Path file, Connection connection) {
        this.file = file;
        this.connection = connection;
    }

    /**
     * All rows of all tables that count, in their natural order.
     *
     * @throws ConfigException UNREADABLE, NOT_A_DATABASE, LOCKED or WRONG_SCHEMA
     */
    static Map<Table, List<Row>> read(Path file) {
        try (Connection connection = open(file)) {
            return new DatabaseFile(file, connection).read();
        } catch (SQLException e) {
            throw refusal(file, e);
        }
    }

    /**
     * All rows as they are within the transaction that a connection is in.
     *
     * @throws ConfigException WRONG_SCHEMA
     */
    static Map<Table, List<Row>> rows(Path file, Connection connection) throws SQLException {
        return new DatabaseFile(file, connection).rows();
    }

    /**
     * Looks a database over for damage, and whether this version may use it.
     *
     * @throws ConfigException NOT_A_DATABASE or WRONG_SCHEMA
     */
    static void requireSound(Path file, Connection connection) throws SQLException {
        new DatabaseFile(file, connection).requireSound();
    }

    /** Opens a file that is there for reading only. */
    static Connection open(Path file) throws SQLException {
        requireFile(file);
        SQLiteConfig config = prepare();
        config.setReadOnly(true);
        return open(file, config);
    }

    /** Opens a file for writing, and makes it where there is none. */
    static Connection openForWriting(Path file) throws SQLException {
        if (Files.exists(file)) {
            requireFile(file);
        }
        SQLiteConfig config = prepare();
        // A transaction that reads first and then writes could find that another one has written meanwhile.
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        return open(file, config);
    }

    private static Connection open(Path file, SQLiteConfig config) throws SQLException {
        config.setBusyTimeout(BUSY_MILLIS);
        Connection connection = config.createConnection(url(file));
        connection.unwrap(SQLiteConnection.class).setLimit(SQLiteLimits.SQLITE_LIMIT_LENGTH, LONGEST_VALUE_BYTES);
        return connection;
    }

    /** The library, and what the driver sets up with its first configuration. */
    static SQLiteConfig prepare() {
        SqliteLibrary.load();
        return new SQLiteConfig();
    }

    /** A URI, since in a plain name a question mark would begin parameters. */
    static String url(Path file) {
        return "jdbc:sqlite:file:" + file.toAbsolutePath().toUri().getRawPath();
    }

    private static void requireFile(Path file) {
        if (Files.isDirectory(file)) {
            throw unreadable(file, "it is a directory", "name the database file in it");
        }
        if (!Files.exists(file)) {
            throw unreadable(file, "it does not exist", "name the file that you mean, or " + MAKE_ONE);
        }
        if (!Files.isRegularFile(file)) {
            throw unreadable(file, "it is no file but a device or a pipe", "name a database file");
        }
        if (!Files.isReadable(file)) {
            throw unreadable(file, "this user may not read it", "correct its owner or its permissions");
        }
    }

    private Map<Table, List<Row>> read() throws SQLException {
        begin(connection);
        requireSound();
        return rows();
    }

    /** Begins one transaction: what others write meanwhile does not mix in. */
    static void begin(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA trusted_schema=OFF");
            statement.execute("PRAGMA cell_size_check=ON");
        }
        connection.setAutoCommit(false);
    }

    private Map<Table, List<Row>> rows() throws SQLException {
        Map<String, Set<String>> columns = columns();
        requireSchema(columns);
        Map<Table, List<Row>> rows = new EnumMap<>(Table.class);
        for (Table table : Table.values()) {
            rows.put(table, rows(table, columns.getOrDefault(table.label(), Set.of())));
        }
        return rows;
    }

    private void requireSound() throws SQLException {
        String found = text("PRAGMA quick_check(1)");
        if (!"ok".equals(found)) {
            throw new ConfigException(Code.NOT_A_DATABASE, file + " is damaged (" + found + "). Fix: " + RESTORE + ".");
        }
        String version = text("PRAGMA user_version");
        if (version == null || Integer.parseInt(version) > SCHEMA_VERSION || version.startsWith("-")) {
            throw wrongSchema(
                    "is written for a later version: its PRAGMA user_version is " + version
                            + ", and this broker knows 0 to " + SCHEMA_VERSION,
                    "run the broker that belongs to it");
        }
    }

    private @Nullable String text(String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet result = statement.executeQuery()) {
            return result.next() ? result.getString(1) : null;
        }
    }

    /** The columns of each table, all in lower case as SQLite compares them. */
    private Map<String, Set<String>> columns() throws SQLException {
        Map<String, Set<String>> columns = new HashMap<>();
        String sql = "SELECT lower(t.name), lower(c.name) FROM sqlite_schema t JOIN pragma_table_info(t.name) c"
                + " WHERE t.type = 'table'";
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet result = statement.executeQuery()) {
            while (result.next()) {
                columns.computeIfAbsent(result.getString(1), table -> new HashSet<>())
                        .add(result.getString(2));
            }
        }
        return columns;
    }

    private void requireSchema(Map<String, Set<String>> columns) {
        if (columns.isEmpty()) {
            throw wrongSchema("is empty: it has no tables", "name the file that you mean, or " + MAKE_ONE);
        }
        List<String> missing = new ArrayList<>();
        for (Table table : Table.values()) {
            if (table.required().isEmpty()) {
                continue;
            }
            Set<String> there = columns.get(table.label());
            if (there == null) {
                missing.add("the table " + table.label());
            } else {
                Stream.concat(Stream.of("id"), table.required().stream())
                        .filter(column -> !there.contains(column))
                        .forEach(column -> missing.add("the column " + table.label() + "." + column));
            }
        }
        if (!missing.isEmpty()) {
            throw wrongSchema("is no configuration: it lacks " + String.join(", ", missing), MAKE_ONE);
        }
    }

    private List<Row> rows(Table table, Set<String> there) throws SQLException {
        List<String> columns = Stream.of(List.of("id"), table.required(), table.optional())
                .flatMap(List::stream)
                .filter(there::contains)
                .toList();
        if (columns.isEmpty()) {
            return List.of();
        }
        Map<String, Integer> places = new HashMap<>();
        columns.forEach(column -> places.put(column, places.size()));
        // A plain scan goes in the order of the rows, which counts; an index would bring its own.
        String sql = "SELECT \"%s\" FROM \"%s\" NOT INDEXED".formatted(String.join("\", \"", columns), table.label());
        List<Row> rows = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet result = statement.executeQuery()) {
            while (result.next()) {
                @Nullable Object[] values = new @Nullable Object[columns.size()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = value(result.getObject(i + 1));
                }
                rows.add(new Row(table, places, Arrays.asList(values)));
            }
        }
        return List.copyOf(rows);
    }

    /** The driver gives small integers as Integer. */
    private static @Nullable Object value(@Nullable Object value) {
        return value instanceof Integer number ? (Object) number.longValue() : value;
    }

    /** What the failure of a statement means for whoever asked for it. */
    static ConfigException refusal(Path file, SQLException e) {
        SQLiteErrorCode code =
                e instanceof SQLiteException sqlite ? sqlite.getResultCode() : SQLiteErrorCode.UNKNOWN_ERROR;
        // The low byte is the code, the others say more about it.
        int primary = code.code & 0xff;
        if (primary == SQLiteErrorCode.SQLITE_BUSY.code || primary == SQLiteErrorCode.SQLITE_LOCKED.code) {
            return new ConfigException(
                    Code.LOCKED,
                    file
                            + " is locked: another process is writing to it. Fix: let it end its transaction, then try again.");
        }
        if (primary == SQLiteErrorCode.SQLITE_NOTADB.code || primary == SQLiteErrorCode.SQLITE_CORRUPT.code) {
            return new ConfigException(
                    Code.NOT_A_DATABASE,
                    file + " is no SQLite database, or a damaged one (" + code.message + "). Fix: " + RESTORE + ".");
        }
        if (primary == SQLiteErrorCode.SQLITE_READONLY.code || primary == SQLiteErrorCode.SQLITE_CANTOPEN.code) {
            return unreadable(
                    file,
                    "a write to it was not finished, or its -journal or -wal file cannot be used ("
                            + code.name().toLowerCase(Locale.ROOT) + ")",
                    "finish it, as a user who may write: sqlite3 " + file
                            + " 'PRAGMA wal_checkpoint; SELECT count(*) FROM server'");
        }
        return unreadable(file, String.valueOf(e.getMessage()), "look at the file and its folder");
    }

    private ConfigException wrongSchema(String what, String fix) {
        return new ConfigException(Code.WRONG_SCHEMA, file + " " + what + ". Fix: " + fix + ".");
    }

    private static ConfigException unreadable(Path file, String why, String fix) {
        return new ConfigException(Code.UNREADABLE, file + " cannot be read: " + why + ". Fix: " + fix + ".");
    }
}
