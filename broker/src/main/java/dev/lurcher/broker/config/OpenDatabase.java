package dev.lurcher.broker.config;

import dev.lurcher.broker.config.ConfigException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * A configuration database within one transaction, which is rolled back unless it is committed. Belongs to one thread, and
 * blocks.
 */
public final class OpenDatabase implements AutoCloseable {
    /** What {@code PRAGMA user_version} is in databases with the tables of this version. */
    public static final int SCHEMA_VERSION = DatabaseFile.SCHEMA_VERSION;

    private final Path file;
    private final Connection connection;
    private final Purpose purpose;
    private boolean isCommitted;

    private OpenDatabase(Path file, Connection connection, Purpose purpose) {
        this.file = file;
        this.connection = connection;
        this.purpose = purpose;
    }

    private enum Purpose {
        READING,
        CHANGING,
        MAKING
    }

    /** Something done with the connection. */
    @FunctionalInterface
    public interface Work<T> {
        /** Does it. */
        T with(Connection connection) throws SQLException;
    }

    /**
     * Opens a file for reading only.
     *
     * @throws ConfigException UNREADABLE, NOT_A_DATABASE, LOCKED or WRONG_SCHEMA
     */
    public static OpenDatabase forReading(Path file) {
        try {
            return begun(new OpenDatabase(file, DatabaseFile.open(file), Purpose.READING));
        } catch (SQLException e) {
            throw DatabaseFile.refusal(file, e);
        }
    }

    /**
     * Opens a file for writing, alone: others can read what was there until now. A file that is made is deleted again unless
     * something is committed.
     *
     * @throws ConfigException UNREADABLE, UNWRITABLE, NOT_A_DATABASE, LOCKED or WRONG_SCHEMA
     */
    public static OpenDatabase forWriting(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            throw unwritable(file, "there is no folder " + folder, "make it, or name another file");
        }
        Purpose purpose = Files.exists(file) ? Purpose.CHANGING : Purpose.MAKING;
        try {
            return begun(new OpenDatabase(file, DatabaseFile.openForWriting(file), purpose));
        } catch (SQLException e) {
            throw unwritable(file, e);
        }
    }

    /**
     * An empty database in memory, to try something out.
     *
     * @param file how messages call it
     */
    public static OpenDatabase inMemory(Path file) {
        try {
            Connection memory = DatabaseFile.prepare().createConnection("jdbc:sqlite::memory:");
            return begun(new OpenDatabase(file, memory, Purpose.READING));
        } catch (SQLException e) {
            throw DatabaseFile.refusal(file, e);
        }
    }

    private static OpenDatabase begun(OpenDatabase database) throws SQLException {
        boolean isSound = false;
        try {
            DatabaseFile.begin(database.connection);
            DatabaseFile.requireSound(database.file, database.connection);
            isSound = true;
            return database;
        } finally {
            if (!isSound) {
                database.close();
            }
        }
    }

    /** The file, or what it was called. */
    public Path file() {
        return file;
    }

    /** Does something; its failure becomes a ConfigException. */
    public <T> T call(Work<T> work) {
        try {
            return work.with(connection);
        } catch (SQLException e) {
            throw purpose == Purpose.READING ? DatabaseFile.refusal(file, e) : unwritable(file, e);
        }
    }

    /**
     * The configuration as it is now, what is not committed included.
     *
     * @throws ConfigException WRONG_SCHEMA
     */
    public ConfigDatabase rows() {
        return call(open -> new ConfigDatabase(file, DatabaseFile.rows(file, open)));
    }

    /** Makes what was done last. */
    public void commit() {
        call(open -> {
            open.commit();
            return open;
        });
        isCommitted = true;
    }

    private static ConfigException unwritable(Path file, SQLException e) {
        SQLiteErrorCode code =
                e instanceof SQLiteException sqlite ? sqlite.getResultCode() : SQLiteErrorCode.UNKNOWN_ERROR;
        int primary = code.code & 0xff;
        if (primary == SQLiteErrorCode.SQLITE_READONLY.code || primary == SQLiteErrorCode.SQLITE_CANTOPEN.code) {
            return unwritable(file, "this user may not write to it, or to its folder", "correct their permissions");
        }
        if (primary == SQLiteErrorCode.SQLITE_FULL.code || primary == SQLiteErrorCode.SQLITE_IOERR.code) {
            return unwritable(file, code.message, "make room on the disk");
        }
        return DatabaseFile.refusal(file, e);
    }

    private static ConfigException unwritable(Path file, String why, String fix) {
        return new ConfigException(Code.UNWRITABLE, file + " cannot be written: " + why + ". Fix: " + fix + ".");
    }

    /** Ends the transaction; what was not committed has not been done. */
    @Override
    public void close() {
        try (connection) {
            if (!isCommitted && !connection.getAutoCommit()) {
                connection.rollback();
            }
        } catch (SQLException e) {
            // The connection is closed all the same, and SQLite rolls back what was not committed.
        }
        if (purpose == Purpose.MAKING && !isCommitted) {
            remove();
        }
    }

    private void remove() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // What is left is an empty file, which the next load takes.
        }
    }
}
