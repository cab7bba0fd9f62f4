package dev.lurcher.broker.config;

import dev.lurcher.broker.config.ConfigReader.Survey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Configuration databases for tests. */
public final class Databases {
    private Databases() {}

    /** The demo's, with changes. */
    public static Path demo(Path folder, String changes) {
        Path file = folder.resolve("config.sqlite");
        ConfigScript.create(file, changes);
        return file;
    }

    /** All problems of the demo's database with changes. */
    static List<String> problems(Path folder, String changes) {
        return survey(folder, changes).problems().stream()
                .map(Problem::toString)
                .toList();
    }

    static Survey survey(Path folder, String changes) {
        return ConfigReader.survey(ConfigDatabase.read(demo(folder, changes)));
    }

    /** Executes SQL on any SQLite file. */
    public static void execute(Path file, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    /** What Mongrel2's own tool makes of a configuration in its language. */
    public static Path m2sh(Path folder, String configuration) throws IOException, InterruptedException {
        Path source = Files.writeString(folder.resolve("mongrel2.conf"), configuration);
        Path file = folder.resolve("config.sqlite");
        ProcessBuilder builder =
                new ProcessBuilder("m2sh", "load", "-db", file.toString(), "-config", source.toString());
        // Or it has nobody to name in its log.
        builder.environment().put("LOGNAME", "tester");
        Process process = builder.redirectErrorStream(true).start();
        String said;
        try (InputStream output = process.getInputStream()) {
            said = new String(output.readAllBytes(), StandardCharsets.UTF_8);
        }
        if (process.waitFor() != 0 || !Files.exists(file)) {
            throw new IOException("m2sh: " + said);
        }
        return file;
    }
}
