package dev.lurcher.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Mongrel2's own tool, which makes databases from text. */
final class M2sh {
    private M2sh() {}

    /** Loads a configuration into a new database. Its exit code says nothing, so nothing that it may say is allowed. */
    static Path load(Path directory, String configuration) throws IOException, InterruptedException {
        Path text = Files.createTempFile(directory, "mongrel2", ".conf");
        Files.writeString(text, configuration);
        Path database = directory.resolve(text.getFileName() + ".sqlite");
        Finished loaded = Finished.run(
                directory,
                Map.of("LOGNAME", "test"),
                Duration.ofSeconds(30),
                List.of("m2sh", "load", "-db", database.toString(), "-config", text.toString()));
        if (loaded.output().contains("[ERROR]") || loaded.output().contains("SYNTAX") || !Files.exists(database)) {
            throw new AssertionError("m2sh load (Debian: mongrel2-core) says: " + loaded.output());
        }
        return database;
    }
}
