package dev.lurcher.system;

import dev.lurcher.broker.zmtp.CurvePair;
import dev.lurcher.broker.zmtp.KeyFile;
import dev.lurcher.worker.CurveKeys;
import dev.lurcher.worker.Endpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The demo's configuration on ports of its own, with its second handler behind CURVE, and the keys of the broker
 * ({@code broker.key_secret}) and of one worker ({@code worker.key_secret}) beside it.
 *
 * @param database of the server {@code demo}
 * @param clear of the handler at {@code /}
 * @param curve of the handler at {@code /echo}, with the keys of the worker that may come
 * @param server the broker's pair
 */
record CurveSite(Path database, Endpoints clear, Endpoints curve, CurvePair server) {
    static CurveSite in(Path directory) throws IOException, SQLException {
        CurvePair server = CurvePair.generate();
        CurvePair worker = CurvePair.generate();
        KeyFile.write(directory.resolve("broker"), server);
        KeyFile.write(directory.resolve("worker"), worker);
        Set<Integer> free = new LinkedHashSet<>();
        while (free.size() < 5) {
            free.add(Addresses.freePort());
        }
        Iterator<Integer> ports = free.iterator();
        Endpoints clear = new Endpoints(tcp(ports.next()), tcp(ports.next()), "hello");
        Endpoints curve = new Endpoints(tcp(ports.next()), tcp(ports.next()), "echo")
                .withCurve(CurveKeys.read(directory.resolve("broker.key"), directory.resolve("worker.key_secret")));
        Path database = directory.resolve("config.sqlite");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(Files.readString(ProjectCopy.SOURCES.resolve("config.sqlite.sql")));
            statement.executeUpdate("""
                    UPDATE server SET port = %1$d, access_log = '%2$s/a', error_log = '%2$s/e', pid_file = '%2$s/p';
                    UPDATE handler SET send_spec = '%3$s', recv_spec = '%4$s' WHERE id = 1;
                    UPDATE handler SET send_spec = '%5$s', recv_spec = '%6$s', mechanism = 'curve' WHERE id = 2;
                    INSERT INTO setting (key, value) VALUES ('curve.key_file', '%2$s/broker.key_secret');
                    INSERT INTO curve_key (public_key, name) VALUES ('%7$s', 'worker');
                    """.formatted(
                            ports.next(),
                            directory,
                            clear.sendSpec(),
                            clear.recvSpec(),
                            curve.sendSpec(),
                            curve.recvSpec(),
                            worker.key()));
        }
        return new CurveSite(database, clear, curve, server);
    }

    private static String tcp(int port) {
        return "tcp://127.0.0.1:" + port;
    }
}
