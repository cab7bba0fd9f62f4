package dev.lurcher.broker.config;

import dev.lurcher.broker.config.ConfigException.Code;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * SQLite's native library. The driver would unpack it into a file at each start of a process, compare the file with what it has
 * written, byte by byte, and leave it behind when the process is killed. Here it goes into a folder of its own that is removed
 * as soon as the library is loaded.
 */
final class SqliteLibrary {
    private static final String FOLDER = "org.sqlite.tmpdir";

    /** Where the driver looks first for a library that it need not unpack. */
    private static final String READY = "org.sqlite.lib.path";

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
            // In reverse order, for a process that is told to end just now.
            folder.toFile().deleteOnExit();
            folder.resolve(LibraryLoaderUtil.getNativeLibName()).toFile().deleteOnExit();
            try {
                // For a platform whose library we do not find, too.
                System.setProperty(FOLDER, folder.toString());
                if (System.getProperty(READY) == null && unpack(folder)) {
                    System.setProperty(READY, folder.toString());
                }
                SQLiteJDBCLoader.initialize();
                isLoaded = true;
            } finally {
                System.setProperty(FOLDER, parent.toString());
                System.clearProperty(READY);
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

    private static boolean unpack(Path folder) throws IOException {
        String name = LibraryLoaderUtil.getNativeLibName();
        String resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name;
        try (InputStream library = SQLiteJDBCLoader.class.getResourceAsStream(resource)) {
            if (library != null) {
                Files.copy(library, folder.resolve(name));
            }
            return library != null;
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
