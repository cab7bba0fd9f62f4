package dev.lurcher.broker.config;

import dev.lurcher.broker.config.ConfigException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.sqlite.SQLiteJDBCLoader;

/**
 * SQLite's native library. The driver unpacks it into a file at each start of a process, and a process that is killed leaves
 * it behind. Here it goes into a folder of its own that is removed as soon as the library is loaded.
 */
final class SqliteLibrary {
    private static final String FOLDER = "org.sqlite.tmpdir";
    private static boolean isLoaded;

    private SqliteLibrary() {}

    /**
     * Loads it, once.
     *
     * @throws ConfigException UNREADABLE
     */
    static synchronized void load() {
        if (isLoaded) {
            return;
        }
        Path parent = Path.of(System.getProperty(FOLDER, System.getProperty("java.io.tmpdir")));
        try {
            Path folder = Files.createTempDirectory(parent, "lurcher");
            try {
                System.setProperty(FOLDER, folder.toString());
                SQLiteJDBCLoader.initialize();
                isLoaded = true;
            } finally {
                System.setProperty(FOLDER, parent.toString());
                delete(folder);
            }
        } catch (Exception | LinkageError e) {
            // The driver says no more than that it is an Exception.
            throw new ConfigException(
                    Code.UNREADABLE,
                    "SQLite's library cannot be loaded from " + parent + ": " + e
                            + ". Fix: name a folder that may be written to and that programs may run from:"
                            + " LURCHER_JAVA_OPTS=-Djava.io.tmpdir=FOLDER.");
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.list(folder)) {
            files = found.toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
        Files.delete(folder);
    }
}
