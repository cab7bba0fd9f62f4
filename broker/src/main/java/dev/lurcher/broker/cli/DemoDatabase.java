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
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

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
     * @param sender the sender id of the handler of "/"
     * @param workerPorts of all its handlers
     */
    record DemoServer(int port, String sender, List<WorkerPort> workerPorts) {}

    /**
     * A TCP port at which workers connect.
     *
     * @param use what for, in words
     */
    record WorkerPort(int port, String use) {}

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
        update("UPDATE server SET port = ?1 WHERE uuid = '" + UUID + "'", port);
    }

    /**
     * Has the handlers take other ports in place of those that they have, each handler two.
     *
     * @param first 1..65535
     */
    void changeWorkerPorts(int first) {
        String before = "2 * (SELECT count(*) FROM handler AS earlier WHERE earlier.id < handler.id)";
        String noDigits = "rtrim(%s, '0123456789')";
        update(
                "UPDATE handler SET send_spec = %s || (?1 + %s) WHERE send_spec LIKE 'tcp:%%'"
                        .formatted(noDigits.formatted("send_spec"), before),
                first);
        update(
                "UPDATE handler SET recv_spec = %s || (?1 + 1 + %s) WHERE recv_spec LIKE 'tcp:%%'"
                        .formatted(noDigits.formatted("recv_spec"), before),
                first);
    }

    private void update(String sql, int value) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                PreparedStatement update = connection.prepareStatement(sql)) {
            update.setInt(1, value);
            update.executeUpdate();
        } catch (SQLException e) {
            throw refusal(e);
        }
    }

    /** Reads the demo's rows: its server, and the handlers of its routes, that of "/" first. */
    DemoServer server() {
        String query = """
                SELECT DISTINCT server.port, handler.send_spec, handler.recv_spec, handler.send_ident, route.path, server.use_ssl
                FROM server JOIN host ON host.server_id = server.id JOIN route ON route.host_id = host.id
                    JOIN handler ON handler.id = route.target_id
                WHERE server.uuid = ? AND route.target_type = 'handler' ORDER BY route.path <> '/', handler.id
                """;
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                PreparedStatement select = connection.prepareStatement(query)) {
            select.setString(1, UUID);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next() || !row.getString(5).equals("/")) {
                    throw notOurs("it has no server \"%s\" with a handler for \"/\"".formatted(UUID));
                }
                if (row.getInt(6) != 0) {
                    throw new StartException(
                            file + ": the server " + UUID + " speaks TLS, and the demo does not. Fix: start it with"
                                    + " broker run " + file + " " + UUID + ", or name another file with --config.");
                }
                int port = row.getInt(1);
                String sender = row.getString(4);
                List<WorkerPort> workerPorts = new ArrayList<>();
                do {
                    String handler = "handler \"" + row.getString(4) + "\"";
                    addPort(row.getString(2), "for requests to workers of " + handler, workerPorts);
                    addPort(row.getString(3), "for replies of workers of " + handler, workerPorts);
                } while (row.next());
                return new DemoServer(port, sender, workerPorts);
            }
        } catch (SQLException e) {
            throw refusal(e);
        } catch (IllegalArgumentException e) {
            throw notOurs(e.getMessage());
        }
    }

    /** Unix sockets have no port. */
    private static void addPort(String endpoint, String use, List<WorkerPort> ports) {
        int port = URI.create(endpoint).getPort();
        if (port > 0 && ports.stream().noneMatch(each -> each.port() == port)) {
            ports.add(new WorkerPort(port, use));
        }
    }

    private StartException refusal(SQLException e) {
        SQLiteErrorCode code = e instanceof SQLiteException lite ? lite.getResultCode() : SQLiteErrorCode.UNKNOWN_ERROR;
        return switch (code) {
            case SQLITE_BUSY, SQLITE_LOCKED ->
                new StartException(file + " is locked: another process is writing to it. Fix: let it end its"
                        + " transaction, then try again, or name another file with --config.");
            case SQLITE_READONLY ->
                new StartException(file + " cannot be changed: this user may not write to it. Fix: correct its"
                        + " permissions, or name another file with --config.");
            case SQLITE_NOTADB -> notOurs("it is no SQLite database");
            default -> notOurs(e.getMessage());
        };
    }

    private StartException notOurs(@Nullable String why) {
        return new StartException(
                "%s is here already and is not the demo's: %s. It was not changed. Move it away, or name another file with --config."
                        .formatted(file, why));
    }
}
