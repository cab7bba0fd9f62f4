package dev.lurcher.broker.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.ConfigReader.Loaded;
import dev.lurcher.protocol.HeaderFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigReaderTest {
    @TempDir
    private Path folder;

    private Loaded read(String changes) {
        return ConfigReader.read(ConfigDatabase.read(Databases.demo(folder, changes)), "demo");
    }

    @Test
    void readsTheDemo() {
        Loaded loaded = read("");

        HandlerLimits usual =
                new HandlerLimits(Duration.ofSeconds(60), Duration.ofSeconds(10), 1024, 64 << 20, HandlerLimits.AUTO);
        Target.Handler hello = new Target.Handler(
                1,
                "tcp://127.0.0.1:9997",
                "hello",
                "tcp://127.0.0.1:9996",
                "",
                false,
                HeaderFormat.JSON,
                usual,
                HandlerPolicy.USUAL);
        Target.Handler echo = new Target.Handler(
                2,
                "tcp://127.0.0.1:9995",
                "echo",
                "tcp://127.0.0.1:9994",
                "",
                false,
                HeaderFormat.JSON,
                usual,
                HandlerPolicy.USUAL);
        Host host =
                new Host(1, "localhost", "localhost", List.of(new Route(1, "/", hello), new Route(2, "/echo", echo)));
        Server expected = new Server(
                1,
                "demo",
                "demo",
                "localhost",
                "127.0.0.1",
                6767,
                "",
                "logs/access.log",
                "logs/error.log",
                2,
                "run/broker.pid",
                "",
                false,
                List.of(host));
        assertEquals(List.of(), loaded.problems());
        assertEquals(expected, loaded.valid().server());
        assertTrue(loaded.valid().settings().flag(Setting.ROUTE_STRICT));
        assertEquals("font/woff2", loaded.valid().mimeTypes().get(".woff2"));
        assertEquals(List.of(hello, echo), expected.handlers());
    }

    @Test
    void readsADirectory() {
        String rows = "INSERT INTO directory (id, base, index_file, default_ctype, cache_ttl) VALUES"
                + " (7, '/srv/', 'index.html', 'text/plain', 5);"
                + " UPDATE route SET target_type = 'dir', target_id = 7 WHERE id = 2;";

        Target.Directory usual = read(rows).valid().server().directories().get(0);
        assertEquals(new Target.Directory(7, "/srv/", "index.html", "text/plain", 5, DirectoryPolicy.USUAL), usual);
    }

    @Test
    void readsTheColumnsOfADirectoryThatAreOurs() {
        Server server = read("INSERT INTO directory VALUES (7, '/srv/', 'index.html', 'text/plain', 5, '1h', 1, 1, 0);"
                        + " UPDATE route SET target_type = 'dir', target_id = 7 WHERE id = 2;")
                .valid()
                .server();
        assertEquals(
                new DirectoryPolicy(Duration.ofHours(1), true, true, false),
                server.directories().get(0).policy());
    }

    @Test
    void putsChrootBeforeTheFolderOfADirectory() {
        Server below = read("UPDATE server SET chroot = '/var/www'").valid().server();
        assertEquals(Path.of("/var/www/static"), below.folder("static/"));
        assertEquals(Path.of("/var/www/static"), below.folder("/static/"));
    }

    @Test
    void leavesTheFolderOfADirectoryAsItIsWithoutChroot() {
        assertEquals(Path.of("static"), read("").valid().server().folder("static/"));
    }

    @Test
    void columnsOfOursOverrideSettings() {
        Loaded loaded =
                read("UPDATE handler SET timeout = 2.5, queue_timeout = '100ms', queue_bytes = '16m', prefetch = 0"
                        + " WHERE id = 1; INSERT INTO setting (key, value) VALUES ('handler.queue_limit', '7')");

        List<Target.Handler> handlers = loaded.valid().server().handlers();
        assertEquals(
                new HandlerLimits(Duration.ofMillis(2500), Duration.ofMillis(100), 7, 16 << 20, 0),
                handlers.get(0).limits());
        assertEquals(7, handlers.get(1).limits().queueLimit());
        assertEquals(HandlerLimits.AUTO, handlers.get(1).limits().prefetch());
    }

    @Test
    void readsHowWebSocketsAreToBe() {
        List<Target.Handler> handlers = read("UPDATE handler SET websocket_auto = 1, websocket_deflate = 1,"
                        + " allowed_origins = ' https://A.example\thttp://b.example:8080 null' WHERE id = 1")
                .valid()
                .server()
                .handlers();
        SessionPolicy sessions = handlers.get(0).sessions();
        assertEquals(
                new SessionPolicy(true, true, List.of("https://a.example", "http://b.example:8080", "null")), sessions);
        assertTrue(sessions.allows("https://a.EXAMPLE") && sessions.allows(null));
        assertFalse(sessions.allows("https://a.example:8443"));
        assertEquals(SessionPolicy.USUAL, handlers.get(1).sessions());
        assertTrue(SessionPolicy.USUAL.allows("https://any.example"));
    }

    @Test
    void refusesWhatIsNoOrigin() {
        String fault = read("UPDATE handler SET allowed_origins = 'https://a.example/' WHERE id = 1")
                .problems()
                .toString();
        assertTrue(fault.contains("\"https://a.example/\" is no origin"), fault);
    }

    @Test
    void routesToOneHandlerShareOneRecord() {
        Server server = read("UPDATE route SET target_id = 1").valid().server();

        List<Route> routes = server.hosts().get(0).routes();
        assertSame(routes.get(0).target(), routes.get(1).target());
        assertEquals(1, server.handlers().size());
    }

    @Test
    void reportsAllProblemsOfAServerTogether() {
        Loaded loaded = read("UPDATE server SET port = -1, default_host = 'x'; UPDATE route SET target_id = 9;"
                + " INSERT INTO setting (key, value) VALUES ('event_loops', 'many')");

        assertNull(loaded.configuration());
        ConfigException refused = assertThrows(ConfigException.class, loaded::valid);
        assertEquals(ConfigException.Code.INVALID, refused.code());
        assertEquals(5, refused.problems().size());
        String message = String.valueOf(refused.getMessage());
        assertTrue(
                message.lines().count() == 6 && message.contains("cannot be used:\n  ERROR setting row 2, value"),
                message);
    }

    @Test
    void reportsAUuidThatIsNoText() {
        ConfigDatabase database = ConfigDatabase.read(Databases.demo(folder, "UPDATE server SET uuid = x'00ff'"));

        assertEquals(List.of("a blob of length 2"), database.serverUuids());
        Loaded loaded = ConfigReader.read(database, "a blob of length 2");
        assertEquals(
                List.of(
                        "ERROR server row 1, uuid = \"a blob of length 2\": it must be text, and is a blob; allowed: text."
                                + " Fix: write it as text"),
                loaded.problems().stream().map(Problem::toString).toList());
    }

    @Test
    void doesNotLookAtWhatBelongsToOtherServers() {
        Loaded loaded = read("""
                INSERT INTO server (id, uuid, port, default_host, access_log, error_log, pid_file, use_ssl)
                    VALUES (2, 'broken', -1, 'nowhere', '', '', '', 1);
                INSERT INTO host (id, server_id, name, matching) VALUES (2, 2, '', '');
                INSERT INTO handler (id, send_spec, send_ident, recv_spec) VALUES (3, '', '', '');
                INSERT INTO route (host_id, path, target_type, target_id) VALUES (2, '', 'handler', 3);
                """);

        assertEquals(List.of(), loaded.problems());
        assertNotNull(loaded.configuration());
    }

    @ParameterizedTest
    @CsvSource({
        "upload.temp_store, /var/spool/up",
        "upload.temp_store, XXXXX",
        "upload.temp_store_mode, rw",
        "upload.temp_store_mode, 0"
    })
    void refusesWhatUploadsCannotBeKeptBy(String key, String value) {
        Loaded loaded = read("INSERT INTO setting (key, value) VALUES ('" + key + "', '" + value + "')");
        Problem problem = loaded.problems().get(0);
        assertEquals(Problem.Severity.ERROR, problem.severity());
        assertTrue(problem.fault().startsWith(key + ": "), problem::toString);
    }

    @Test
    void readsTheBoundOfUploads() {
        Loaded loaded = read("UPDATE handler SET upload_limit = '2g' WHERE id = 1;"
                + " INSERT INTO setting (key, value) VALUES ('limits.upload', '5m');"
                + " INSERT INTO setting (key, value) VALUES ('upload.temp_store', '/var/spool/up.XXXXXX')");
        assertEquals(List.of(), loaded.problems());
        assertEquals(
                List.of(2L << 30, 5L << 20),
                loaded.valid().server().handlers().stream()
                        .map(handler -> handler.limits().uploadBytes())
                        .toList());
    }

    @Test
    void warningsDoNotKeepAServerFromStarting() {
        Loaded loaded = read("INSERT INTO setting (key, value) VALUES ('nonsense', '1')");

        assertEquals(1, loaded.problems().size());
        assertNotNull(loaded.configuration());
    }

    @Test
    void looksAServerOverAsIsAsked() {
        ConfigDatabase database = ConfigDatabase.read(Databases.demo(folder, ""));
        Place place = new Place("server", 1, "name");

        Loaded loaded = ConfigReader.read(
                database,
                "demo",
                (draft, problems) -> problems.accept(
                        Problem.error(place, draft.server().name(), "it is not liked", "", "choose another")));

        assertNull(loaded.configuration());
        assertEquals(
                List.of("ERROR server row 1, name = \"demo\": it is not liked. Fix: choose another"),
                loaded.problems().stream().map(Problem::toString).toList());
    }

    @Test
    void putsChrootBeforeThePathsOfAServer() {
        Server server = read("UPDATE server SET chroot = './site', access_log = '/logs/a.log'")
                .valid()
                .server();

        assertEquals(
                Path.of("site/logs/a.log"), server.located(server.accessLog()).normalize());
    }
}
