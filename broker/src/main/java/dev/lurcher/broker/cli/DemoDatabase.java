package dev.lurcher.broker.cli;

import dev.lurcher.broker.StartException;
import dev.lurcher.broker.config.ConfigException;
import dev.lurcher.broker.config.ConfigScript;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The demo's configuration file: made from the script with the demo's rows, or one that is there already and has them. */
final class DemoDatabase {
    /** The demo's server, as the script names it. */
    static final String UUID = "demo";

    private final Path file;
    private final boolean written;

    private DemoDatabase(Path file, boolean written) {
        this.file = file;
        this.written = written;
    }

    /**
     * What the demo needs to know of its configuration.
     *
     * @param port where HTTP is served
     * @param send where workers take requests
     * @param receive where workers send replies
     * @param sender the handler's sender id
     */
    record DemoServer(int port, URI send, URI receive, String sender) {}

    /**
     * Writes the file if there is none.
     *
     * @throws ConfigException if it cannot be written
     */
    static DemoDatabase open(Path file) {
        boolean written = !Files.exists(file);
        if (written) {
            ConfigScript.create(file, "");
        }
        return new DemoDatabase(file, written);
    }

    /** Whether the file was not there before. */
    boolean written() {
        return written;
    }

    /**
     * Has the demo's server listen on another port.
     *
     * @param port 1..65535
     */
    void changePort(int port) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                PreparedStatement update = connection.prepareStatement("UPDATE server SET port = ? WHERE uuid = ?")) {
            update.setInt(1, port);
            update.setString(2, UUID);
            update.executeUpdate();
        } catch (SQLException e) {
            throw notOurs(e.getMessage());
        }
    }

    /** Reads the demo's rows: its server, and the handler of the route "/". */
    DemoServer server() {
        String query = """
                SELECT server.port, handler.send_spec, handler.recv_spec, handler.send_ident
                FROM server JOIN host ON host.server_id = server.id JOIN route ON route.host_id = host.id
                    JOIN handler ON handler.id = route.target_id
                WHERE server.uuid = ? AND route.path = '/' AND route.target_type = 'handler'
                """;
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                PreparedStatement select = connection.prepareStatement(query)) {
            select.setString(1, UUID);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    throw notOurs("it has no server \"%s\" with a handler for \"/\"".formatted(UUID));
                }
                return new DemoServer(
                        row.getInt(1), URI.create(row.getString(2)), URI.create(row.getString(3)), row.getString(4));
            }
        } catch (SQLException | IllegalArgumentException e) {
            throw notOurs(e.getMessage());
        }
    }

    private StartException notOurs(@Nullable String why) {
        return new StartException(
                "%s is here already and is not the demo's: %s. It was not changed. Move it away, or name another file with --config."
                        .formatted(file, why));
    }
}
