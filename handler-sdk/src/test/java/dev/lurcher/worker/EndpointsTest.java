package dev.lurcher.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.worker.WorkerException.Code;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointsTest {
    private static final Endpoints HELLO = new Endpoints("tcp://127.0.0.1:9997", "tcp://127.0.0.1:9996", "hello");

    @TempDir
    private Path folder;

    private Path database;

    @BeforeEach
    void createDatabase() throws Exception {
        database = folder.resolve("config #1.sqlite");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("CREATE TABLE handler (id INTEGER PRIMARY KEY, send_spec TEXT, send_ident TEXT,"
                    + " recv_spec TEXT, recv_ident TEXT, raw_payload INTEGER DEFAULT 0, protocol TEXT DEFAULT 'json')");
            statement.executeUpdate("CREATE TABLE route (id INTEGER PRIMARY KEY, path TEXT, reversed BOOLEAN DEFAULT 0,"
                    + " host_id INTEGER, target_id INTEGER, target_type TEXT)");
            statement.executeUpdate("INSERT INTO handler (id, send_spec, send_ident, recv_spec, recv_ident) VALUES"
                    + " (1, 'tcp://*:9997', 'hello', 'tcp://*:9996', ''),"
                    + " (2, 'tcp://127.0.0.1:9995', 'twin', 'tcp://127.0.0.1:9994', ''),"
                    + " (3, 'tcp://127.0.0.1:9993', 'twin', 'tcp://127.0.0.1:9992', ''),"
                    + " (4, 'ipc://run/in', 'unix', 'ipc://run/out', '')");
            statement.executeUpdate("INSERT INTO route (path, host_id, target_id, target_type) VALUES"
                    + " ('/hello', 1, 1, 'handler'), ('/hello', 2, 1, 'handler'), ('/files', 1, 2, 'dir')");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "tcp://127.0.0.1:9997, tcp://127.0.0.1:9997",
        "tcp://*:9997, tcp://127.0.0.1:9997",
        "tcp://0.0.0.0:1, tcp://127.0.0.1:1",
        "tcp://[::]:65535, tcp://[::1]:65535",
        "tcp://[fe80::1]:5, tcp://[fe80::1]:5",
        "tcp://broker.example:5, tcp://broker.example:5",
    })
    void makesEndpointsReachable(String spec, String expected) {
        assertEquals(expected, new Endpoints(spec, "tcp://a:1", "S").sendSpec());
        assertEquals(expected, new Endpoints("tcp://a:1", spec, "S").recvSpec());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "tcp://a",
                "tcp://a:0",
                "tcp://a:65536",
                "tcp://a:x",
                "tcp://:1",
                "http://a:1",
                "tcp://a:1/",
                "a:1"
            })
    void refusesOtherEndpoints(String spec) {
        assertEquals(
                Code.BAD_ENDPOINT,
                refusal(() -> new Endpoints(spec, "tcp://a:1", "S")).code());
        assertEquals(
                Code.BAD_ENDPOINT,
                refusal(() -> new Endpoints("tcp://a:1", spec, "S")).code());
    }

    @Test
    void saysWhatToDoAboutUnixSockets() {
        WorkerException refusal = refusal(() -> Endpoints.read(database, "unix"));
        assertEquals(Code.BAD_ENDPOINT, refusal.code());
        assertMentions("ipc://run/in", refusal);
        assertMentions("tcp://127.0.0.1:9997", refusal);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "default_7999", "a b", "this.is.wrong"})
    void refusesSendersThatBrokersDrop(String sender) {
        assertEquals(
                Code.BAD_ENDPOINT,
                refusal(() -> new Endpoints("tcp://a:1", "tcp://a:2", sender)).code());
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello", "/hello", "tcp://*:9997"})
    void findsHandlersBySenderRouteAndSendSpec(String name) {
        assertEquals(HELLO, Endpoints.read(database, name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"other", "/other", "/files", "tcp://*:1"})
    void namesTheHandlersThereAre(String name) {
        WorkerException refusal = refusal(() -> Endpoints.read(database, name));
        assertEquals(Code.UNKNOWN_HANDLER, refusal.code());
        assertMentions("hello, twin, twin, unix", refusal);
    }

    @Test
    void refusesAmbiguousNames() {
        WorkerException refusal = refusal(() -> Endpoints.read(database, "twin"));
        assertEquals(Code.AMBIGUOUS_HANDLER, refusal.code());
        assertMentions("tcp://127.0.0.1:9993", refusal);
    }

    @Test
    void refusesWhatIsNoDatabase() throws Exception {
        Path missing = folder.resolve("missing.sqlite");
        assertEquals(
                Code.BAD_DATABASE,
                refusal(() -> Endpoints.read(missing, "hello")).code());
        assertTrue(Files.notExists(missing));

        Path text = Files.writeString(
                folder.resolve("text.sqlite"), "this is no database, but long enough for its head ".repeat(9));
        assertEquals(
                Code.BAD_DATABASE, refusal(() -> Endpoints.read(text, "hello")).code());

        Path empty = Files.createFile(folder.resolve("empty.sqlite"));
        WorkerException refusal = refusal(() -> Endpoints.read(empty, "hello"));
        assertEquals(Code.BAD_DATABASE, refusal.code());
        assertMentions("no such table", refusal);
    }

    private static void assertMentions(String text, WorkerException refusal) {
        String message = String.valueOf(refusal.getMessage());
        assertTrue(message.contains(text), message);
    }

    private static WorkerException refusal(Runnable action) {
        return assertThrows(WorkerException.class, action::run);
    }
}
