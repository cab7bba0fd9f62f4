package dev.lurcher.worker;

import dev.lurcher.worker.WorkerException.Code;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Finds handlers in a broker's configuration database. */
final class ConfigFile {
    private static final String BY_SENDER =
            "SELECT DISTINCT send_spec, recv_spec, send_ident FROM handler WHERE send_ident = ?";
    private static final String BY_SEND_SPEC =
            "SELECT DISTINCT send_spec, recv_spec, send_ident FROM handler WHERE send_spec = ?";
    private static final String BY_ROUTE = "SELECT DISTINCT send_spec, recv_spec, send_ident FROM handler"
            + " JOIN route ON route.target_id = handler.id AND route.target_type = 'handler' WHERE route.path = ?";
    private static final String ALL = "SELECT send_ident FROM handler ORDER BY id";

    private ConfigFile() {}

    static Endpoints read(Path database, String handler) {
        if (!Files.isRegularFile(database)) {
            throw new WorkerException(Code.BAD_DATABASE, database + ": no such file");
        }
        String url = "jdbc:sqlite:file:" + database.toUri().getRawPath() + "?mode=ro";
        try (Connection connection = DriverManager.getConnection(url)) {
            return find(connection, database, handler);
        } catch (SQLException e) {
            String fix = DriverManager.drivers()
                            .anyMatch(driver -> driver.getClass().getName().startsWith("org.sqlite"))
                    ? ""
                    : " Put org.xerial:sqlite-jdbc on the class path, or give the endpoints themselves.";
            throw new WorkerException(Code.BAD_DATABASE, database + ": " + e.getMessage() + fix, e);
        }
    }

    private static Endpoints find(Connection connection, Path database, String handler) throws SQLException {
        Set<Endpoints> found = new LinkedHashSet<>();
        try (PreparedStatement query = connection.prepareStatement(query(handler))) {
            query.setString(1, handler);
            ResultSet rows = query.executeQuery();
            while (rows.next()) {
                found.add(new Endpoints(rows.getString(1), rows.getString(2), rows.getString(3)));
            }
        }
        if (found.isEmpty()) {
            throw new WorkerException(
                    Code.UNKNOWN_HANDLER,
                    database + ": no handler \"" + handler
                            + "\" (looked for a send_ident, a route's path and a send_spec)." + " Handlers there: "
                            + String.join(", ", all(connection)));
        }
        if (found.size() > 1) {
            throw new WorkerException(
                    Code.AMBIGUOUS_HANDLER,
                    database + ": several handlers are \"" + handler + "\": " + found + ". Name one by its send_spec.");
        }
        return found.iterator().next();
    }

    /** The three kinds of names cannot be taken for each other: a send_spec holds "://", a route begins with a mark. */
    private static String query(String handler) {
        if (handler.contains("://")) {
            return BY_SEND_SPEC;
        }
        return handler.startsWith("/") || handler.startsWith("@") || handler.startsWith("<") ? BY_ROUTE : BY_SENDER;
    }

    private static List<String> all(Connection connection) throws SQLException {
        List<String> names = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(ALL)) {
            ResultSet rows = query.executeQuery();
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }
}
