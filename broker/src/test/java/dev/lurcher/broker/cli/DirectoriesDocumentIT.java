package dev.lurcher.broker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.Broker;
import dev.lurcher.broker.config.ConfigDatabase;
import dev.lurcher.broker.config.ConfigReader;
import dev.lurcher.broker.config.Configuration;
import dev.lurcher.broker.config.Databases;
import dev.lurcher.broker.testing.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/directories.md shows works. */
class DirectoriesDocumentIT {
    private static final Pattern SQL = Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL);

    @TempDir
    private Path folder;

    private Broker start(String base) throws IOException {
        Matcher sql = SQL.matcher(Files.readString(Path.of("../docs/directories.md")));
        assertTrue(sql.find());
        Path database = Databases.demo(folder, sql.group(1) + """
                UPDATE directory SET base = '%s';
                UPDATE server SET port = 0, chroot = '%s';
                UPDATE handler SET send_spec = 'tcp://127.0.0.1:' || printf('%%0*d', 2 * id, 0),
                    recv_spec = 'tcp://127.0.0.1:' || printf('%%0*d', 2 * id + 1, 0);
                """.formatted(base, folder));
        Configuration configuration =
                ConfigReader.read(ConfigDatabase.read(database), "demo").valid();
        return Broker.start(configuration, record -> {});
    }

    private static String status(Broker broker, String path) throws IOException {
        try (RawClient client = new RawClient(broker.address())) {
            return client.get(path).answer().substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length());
        }
    }

    @Test
    void servesTheFolderOfItsFirstExample() throws Exception {
        Files.createDirectories(folder.resolve("static/css"));
        Files.writeString(folder.resolve("static/css/main.css"), "a{}");
        try (Broker broker = start("static/")) {
            assertEquals("200", status(broker, "/static/css/main.css"));
        }
    }

    @Test
    void findsTheFilesOfItsTable() throws Exception {
        Files.createDirectories(folder.resolve("www/sub"));
        Files.writeString(folder.resolve("www/a.txt"), "a");
        Files.writeString(folder.resolve("www/index.html"), "a");
        try (Broker broker = start("www/")) {
            assertEquals("200", status(broker, "/static/a.txt"));
            assertEquals("200", status(broker, "/static/"));
            assertEquals("404", status(broker, "/static/sub/"));
            assertEquals("301", status(broker, "/static/sub"));
        }
    }
}
