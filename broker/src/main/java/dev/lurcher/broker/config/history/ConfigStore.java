package dev.lurcher.broker.config.history;

import dev.lurcher.broker.config.ConfigException;
import dev.lurcher.broker.config.ConfigException.Code;
import dev.lurcher.broker.config.ConfigReader;
import dev.lurcher.broker.config.OpenDatabase;
import dev.lurcher.broker.config.Problem;
import dev.lurcher.broker.config.ServerCheck;
import dev.lurcher.broker.config.history.Blueprint.Column;
import dev.lurcher.broker.config.language.Draft;
import dev.lurcher.broker.config.language.Dump;
import dev.lurcher.broker.config.language.Entry;
import dev.lurcher.broker.config.language.Language;
import dev.lurcher.broker.config.language.LanguageException;
import dev.lurcher.broker.config.language.Schema;
import dev.lurcher.broker.config.language.SourceText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A configuration database as something that is changed: as a whole, or not at all. */
public final class ConfigStore {
    private final Path file;
    private final Blueprint blueprint;

    /** Stands for a file, which need not be there yet. */
    public ConfigStore(Path file, Blueprint blueprint) {
        this.file = file;
        this.blueprint = blueprint;
    }

    /**
     * What a load did, or would do.
     *
     * @param revision its number; 0 when nothing was written
     * @param changes what is not as it was
     * @param problems what the check of the result found
     * @param before the configuration until now, in the language; empty when there was none
     * @param after the one that was asked for
     */
    public record Outcome(long revision, List<Change> changes, List<Problem> problems, String before, String after) {
        /** Whether a broker could not run with it: nothing was written then. */
        public boolean isRefused() {
            return problems.stream().anyMatch(problem -> problem.severity() == Problem.Severity.ERROR);
        }
    }

    /**
     * The configuration that is there, in the language.
     *
     * @throws ConfigException as {@link OpenDatabase#forReading}
     * @throws LanguageException INEXPRESSIBLE
     */
    public Dump.Written dump() {
        return Dump.of(entries(), schema());
    }

    /**
     * The rows that are there.
     *
     * @throws ConfigException as {@link OpenDatabase#forReading}
     */
    public List<Entry> entries() {
        try (OpenDatabase database = OpenDatabase.forReading(file)) {
            // For the refusal of what is no configuration.
            database.rows();
            return database.call(connection -> new Rows(connection, blueprint).read());
        }
    }

    private Schema schema() {
        return blueprint.schema();
    }

    /**
     * Puts rows in the place of those that are there, in one transaction, and adds a revision. What a server cannot run with is
     * refused.
     *
     * @param checks what every server is looked over for, beside what stands in its rows
     * @throws ConfigException as {@link OpenDatabase#forWriting}, or WRONG_SCHEMA for a database of something else
     */
    public Outcome load(Draft draft, Origin origin, ServerCheck... checks) {
        try (OpenDatabase database = OpenDatabase.forWriting(file)) {
            List<Entry> before = database.call(this::replaceable);
            Outcome outcome = replace(database, before, draft, checks);
            if (outcome.isRefused()) {
                return outcome;
            }
            long revision = new History(database, blueprint).add(origin, outcome.after());
            database.commit();
            return new Outcome(revision, outcome.changes(), outcome.problems(), outcome.before(), outcome.after());
        }
    }

    /**
     * What {@link #load} would do. Nothing is written.
     *
     * @throws ConfigException as {@link OpenDatabase#forReading}, or WRONG_SCHEMA for a database of something else
     */
    public Outcome rehearse(Draft draft, ServerCheck... checks) {
        List<Entry> before = List.of();
        if (Files.exists(file)) {
            try (OpenDatabase database = OpenDatabase.forReading(file)) {
                before = database.call(this::replaceable);
            }
        }
        try (OpenDatabase database = OpenDatabase.inMemory(file)) {
            return replace(database, before, draft, checks);
        }
    }

    /** The rows that are there, where it is a configuration, or nothing yet. */
    private List<Entry> replaceable(Connection connection) throws SQLException {
        Rows rows = new Rows(connection, blueprint);
        Map<String, List<String>> tables = rows.tables();
        if (!tables.isEmpty() && !tables.containsKey("server")) {
            throw new ConfigException(
                    Code.WRONG_SCHEMA,
                    file + " is the database of something else: it has no table server, but "
                            + String.join(", ", tables.keySet()) + ". Fix: name another file.");
        }
        return rows.read();
    }

    private Outcome replace(OpenDatabase database, List<Entry> before, Draft draft, ServerCheck... checks) {
        List<Entry> after = database.call(connection -> {
            Rows rows = new Rows(connection, blueprint);
            rows.replace(draft.entries());
            markVersion(connection);
            return rows.read();
        });
        List<Problem> problems = ConfigReader.survey(database.rows(), checks).problems();
        return new Outcome(
                0,
                Difference.between(before, after, schema()),
                problems,
                text(before),
                Dump.of(after, schema()).text());
    }

    /**
     * What is different between two texts that stand for themselves, as those of revisions do.
     *
     * @throws LanguageException SYNTAX or MEANING
     */
    public List<Change> changes(SourceText before, SourceText after) {
        Language language = Language.alone(schema());
        return Difference.between(entries(language, before), entries(language, after), schema());
    }

    private static List<Entry> entries(Language language, SourceText source) {
        return source.text().isEmpty() ? List.of() : language.read(source).entries();
    }

    private static int markVersion(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate("PRAGMA user_version = " + OpenDatabase.SCHEMA_VERSION);
        }
    }

    /** Of what was there only what differs counts: that it cannot be written is no reason to keep it. */
    private String text(List<Entry> entries) {
        try {
            return entries.isEmpty() ? "" : Dump.of(entries, schema()).text();
        } catch (LanguageException inexpressible) {
            return "# " + inexpressible.getMessage() + "\n";
        }
    }

    /**
     * Makes a revision of what is there; returns its number.
     *
     * @throws ConfigException as {@link OpenDatabase#forWriting}, or UNREADABLE where there is no file
     * @throws LanguageException INEXPRESSIBLE
     */
    public long commit(Origin origin) {
        requireThere();
        try (OpenDatabase database = OpenDatabase.forWriting(file)) {
            database.rows();
            List<Entry> entries = database.call(connection -> new Rows(connection, blueprint).read());
            long revision = new History(database, blueprint)
                    .add(origin, Dump.of(entries, schema()).text());
            database.commit();
            return revision;
        }
    }

    private void requireThere() {
        if (!Files.exists(file)) {
            // Says why, and what to do.
            OpenDatabase.forReading(file).close();
        }
    }

    /**
     * Adds the tables and columns that the script has and the database lacks. Rows stay as they are: what is added has its default.
     *
     * @param isRehearsal whether nothing is to be written
     * @return what was added, as {@code column handler.timeout} and {@code table revision}
     * @throws ConfigException as {@link OpenDatabase#forWriting}, or UNREADABLE where there is no file
     */
    public List<String> upgrade(Origin origin, boolean isRehearsal) {
        requireThere();
        try (OpenDatabase database = OpenDatabase.forWriting(file)) {
            database.rows();
            List<String> added = database.call(this::add);
            if (!isRehearsal && !added.isEmpty()) {
                database.call(ConfigStore::markVersion);
                new History(database, blueprint).log(origin);
                database.commit();
            }
            return added;
        }
    }

    private List<String> add(Connection connection) throws SQLException {
        Rows rows = new Rows(connection, blueprint);
        Map<String, List<String>> there = rows.tables();
        List<String> added = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            for (String table : blueprint.statements().keySet()) {
                List<String> columns = there.get(table);
                if (columns == null) {
                    added.add("table " + table);
                    continue;
                }
                for (Column column : blueprint.columns(table)) {
                    if (!columns.contains(column.name())) {
                        statement.executeUpdate("ALTER TABLE \"" + table + "\" ADD COLUMN " + column.declaration());
                        added.add("column " + table + "." + column.name());
                    }
                }
            }
        }
        rows.create(blueprint.statements().keySet());
        return added;
    }
}
