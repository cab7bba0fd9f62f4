package dev.lurcher.broker.config.history;

import dev.lurcher.broker.config.ConfigException;
import dev.lurcher.broker.config.ConfigException.Code;
import dev.lurcher.broker.config.OpenDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The revisions of a configuration. Each is a row of table {@code log}, which Mongrel2 has too, one of {@code revision}, and the
 * configuration in the language, in pieces; a revision without pieces has the text of the one before it.
 */
public final class History {
    private static final int PIECE = 1 << 17;

    private final OpenDatabase database;
    private final Blueprint blueprint;

    History(OpenDatabase database, Blueprint blueprint) {
        this.database = database;
        this.blueprint = blueprint;
    }

    /**
     * All lines, the oldest first.
     *
     * @throws ConfigException as {@link OpenDatabase#forReading}
     */
    public static List<Revision> list(Path file) {
        Blueprint blueprint = Blueprint.read();
        try (OpenDatabase database = OpenDatabase.forReading(file)) {
            return new History(database, blueprint).list();
        }
    }

    /**
     * A revision's configuration in the language.
     *
     * @throws ConfigException NO_SUCH_REVISION, or as {@link OpenDatabase#forReading}
     */
    public static String text(Path file, long number) {
        Blueprint blueprint = Blueprint.read();
        try (OpenDatabase database = OpenDatabase.forReading(file)) {
            History history = new History(database, blueprint);
            String text = history.text(number);
            if (text == null) {
                throw history.noSuchRevision(number);
            }
            return text;
        }
    }

    private ConfigException noSuchRevision(long number) {
        long latest = latest();
        return new ConfigException(
                Code.NO_SUCH_REVISION,
                database.file() + " has no revision " + number
                        + (latest == 0
                                ? ": it has none. Fix: broker commit makes one of what is there now."
                                : ". Fix: write 1 to " + latest + "; broker log lists them."));
    }

    private boolean exists() {
        return database.call(
                connection -> new Rows(connection, blueprint).tables().keySet().containsAll(Blueprint.HISTORY));
    }

    private List<Revision> list() {
        Map<String, List<String>> tables = database.call(connection -> new Rows(connection, blueprint).tables());
        if (!tables.containsKey("log")) {
            return List.of();
        }
        String number =
                tables.containsKey("revision") ? "coalesce((SELECT id FROM revision WHERE log_id = log.id), 0)" : "0";
        String sql =
                "SELECT " + number + ", happened_at, who, what, location, how, why FROM log ORDER BY happened_at, id";
        return database.call(connection -> list(connection, sql));
    }

    private static List<Revision> list(Connection connection, String sql) throws SQLException {
        List<Revision> all = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(sql);
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                Origin origin = new Origin(
                        text(row, "who"), text(row, "what"), text(row, "location"), text(row, "how"), text(row, "why"));
                all.add(new Revision(row.getLong(1), text(row, "happened_at"), origin));
            }
        }
        return all;
    }

    private static String text(ResultSet row, String column) throws SQLException {
        String text = row.getString(column);
        return text == null ? "" : text;
    }

    /** The number of the last revision; 0 when there is none. */
    long latest() {
        return exists() ? number("SELECT coalesce(max(id), 0) FROM revision") : 0;
    }

    private long number(String sql) {
        return database.call(connection -> {
            try (PreparedStatement select = connection.prepareStatement(sql);
                    ResultSet row = select.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        });
    }

    /** A revision's text; null when there is no such revision. */
    @Nullable
    String text(long revision) {
        if (!exists() || number("SELECT count(*) FROM revision WHERE id = " + revision) == 0) {
            return null;
        }
        String sql = "SELECT text FROM revision_text WHERE revision_id ="
                + " (SELECT max(revision_id) FROM revision_text WHERE revision_id <= ?) ORDER BY part";
        return database.call(connection -> {
            StringBuilder text = new StringBuilder();
            try (PreparedStatement select = connection.prepareStatement(sql)) {
                select.setLong(1, revision);
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        text.append(row.getString(1));
                    }
                }
            }
            return text.toString();
        });
    }

    /** Adds a revision; returns its number. */
    long add(Origin origin, String text) {
        database.call(connection -> {
            new Rows(connection, blueprint).create(Blueprint.HISTORY);
            return connection;
        });
        String before = text(latest());
        long log = log(origin);
        insert("INSERT INTO revision (log_id) VALUES (?)", log);
        long revision = number("SELECT last_insert_rowid()");
        if (!text.equals(before)) {
            for (int part = 0, from = 0; from < text.length(); part++) {
                int to = Math.min(from + PIECE, text.length());
                // A pair of surrogates stays together.
                to += to < text.length() && Character.isLowSurrogate(text.charAt(to)) ? 1 : 0;
                insert(
                        "INSERT INTO revision_text (revision_id, part, text) VALUES (?, ?, ?)",
                        revision,
                        part,
                        text.substring(from, to));
                from = to;
            }
        }
        return revision;
    }

    /** Adds a line without a revision; returns its id. */
    long log(Origin origin) {
        database.call(connection -> {
            new Rows(connection, blueprint).create(List.of("log"));
            return connection;
        });
        insert(
                "INSERT INTO log (who, what, location, how, why) VALUES (?, ?, ?, ?, ?)",
                origin.who(),
                origin.what(),
                origin.location(),
                origin.how(),
                origin.why());
        return number("SELECT last_insert_rowid()");
    }

    private void insert(String sql, Object... values) {
        database.call(connection -> {
            try (PreparedStatement insert = connection.prepareStatement(sql)) {
                for (int i = 0; i < values.length; i++) {
                    insert.setObject(i + 1, values[i]);
                }
                return insert.executeUpdate();
            }
        });
    }
}
