package dev.lurcher.broker.config;

import dev.lurcher.broker.config.ConfigException.Code;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConfig;

/** {@code config.sqlite.sql}: the schema with the demo as its contents. The jar has a copy. */
public final class ConfigScript {
    private ConfigScript() {}

    /** The script. */
    public static String text() {
        try (InputStream script = ConfigScript.class.getResourceAsStream("/config.sqlite.sql")) {
            if (script == null) {
                throw new IllegalStateException("config.sqlite.sql is missing from the jar");
            }
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Makes a database from the script. It appears under its name when it is complete; nothing is written over.
     *
     * @param changes SQL that is executed after the script; may be empty
     * @throws ConfigException UNWRITABLE
     */
    public static void create(Path file, String changes) {
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.deleteIfExists(unfinished);
            execute(unfinished, text() + changes);
            Files.move(unfinished, file);
        } catch (FileAlreadyExistsException e) {
            throw unwritable(file, "it is there already", "move it away, or choose another name");
        } catch (IOException | SQLException e) {
            throw unwritable(file, String.valueOf(e.getMessage()), "choose a folder that this user may write to");
        } finally {
            remove(unfinished);
        }
    }

    private static void execute(Path file, String script) throws SQLException {
        SqliteLibrary.load();
        try (Connection connection = new SQLiteConfig().createConnection(DatabaseFile.url(file));
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(script);
        }
    }

    private static void remove(Path unfinished) {
        try {
            Files.deleteIfExists(unfinished);
        } catch (IOException e) {
            // What could not be removed could not be written either, and that is what the caller hears of.
        }
    }

    private static ConfigException unwritable(Path file, String why, String fix) {
        return new ConfigException(Code.UNWRITABLE, file + " cannot be written: " + why + ". Fix: " + fix + ".");
    }
}
