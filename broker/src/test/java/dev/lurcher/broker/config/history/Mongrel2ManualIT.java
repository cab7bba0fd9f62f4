package dev.lurcher.broker.config.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.Broker;
import dev.lurcher.broker.config.ConfigDatabase;
import dev.lurcher.broker.config.ConfigReader;
import dev.lurcher.broker.config.Databases;
import dev.lurcher.broker.config.OpenDatabase;
import dev.lurcher.broker.config.language.Draft;
import dev.lurcher.broker.config.language.Language;
import dev.lurcher.broker.config.language.SourceText;
import dev.lurcher.broker.testing.RawClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Configurations as those of Mongrel2's manual, loaded by Mongrel2's own tool and by us: the databases are the same, and both servers
 * run from both.
 */
class Mongrel2ManualIT {
    private static final int WAIT_MILLIS = 20_000;
    private static final Blueprint BLUEPRINT = Blueprint.read();

    /** All that Mongrel2 reads. Targets stand beside their routes, since the order of the rows is another one. */
    private static final Map<String, String> QUERIES = new TreeMap<>(
            Map.of(
                    "server",
                    "SELECT id, uuid, access_log, error_log, chroot, pid_file, control_port, default_host, name, bind_addr, port, use_ssl"
                            + " FROM server",
                    "host",
                    "SELECT id, server_id, maintenance, name, matching FROM host",
                    "route",
                    "SELECT host_id, path, reversed, target_type, send_spec, send_ident, recv_spec, recv_ident, raw_payload, protocol,"
                            + " base, index_file, default_ctype, cache_ttl, addr, proxy.port FROM route"
                            + " LEFT JOIN handler ON target_type = 'handler' AND handler.id = target_id"
                            + " LEFT JOIN directory ON target_type = 'dir' AND directory.id = target_id"
                            + " LEFT JOIN proxy ON target_type = 'proxy' AND proxy.id = target_id",
                    "shared targets",
                    "SELECT group_concat(p, ' ') FROM (SELECT target_type AS t, target_id AS i, host_id || path AS p FROM route"
                            + " ORDER BY host_id, path) GROUP BY t, i",
                    "targets",
                    "SELECT (SELECT count(*) FROM handler), (SELECT count(*) FROM directory), (SELECT count(*) FROM proxy)",
                    "setting",
                    "SELECT key, value FROM setting",
                    "filter",
                    "SELECT id, server_id, name, settings FROM filter",
                    "xrequest",
                    "SELECT id, server_id, name, settings FROM xrequest",
                    "statistic",
                    "SELECT count(*) FROM statistic",
                    "log",
                    "SELECT id, what, location, replace(replace(how, rtrim(how, replace(how, '/', '')), ''), '/', ''), why FROM log"));

    @TempDir
    private Path folder;

    private int port;
    private Path theirs = Path.of("none");
    private Path ours = Path.of("none");

    @BeforeEach
    void folders() throws IOException {
        for (String name : List.of("logs", "run", "tmp", "www/images", "theirs")) {
            Files.createDirectories(folder.resolve(name));
        }
        Files.writeString(folder.resolve("www/start.html"), "the first page");
    }

    private void load(String name) throws IOException, InterruptedException {
        String text = text(name);
        theirs = Databases.m2sh(folder.resolve("theirs"), text);
        Draft draft = Language.alone(BLUEPRINT.schema()).read(new SourceText("mongrel2.conf", text));
        assertEquals(List.of(), draft.warnings());
        ours = folder.resolve("config.sqlite");
        ConfigStore.Outcome outcome =
                new ConfigStore(ours, BLUEPRINT).load(draft, Origin.here("load", "mongrel2.conf", "command"));
        assertTrue(!outcome.isRefused(), () -> outcome.problems().toString());
    }

    private String text(String name) throws IOException {
        port = freePort();
        try (InputStream resource = Objects.requireNonNull(
                Mongrel2ManualIT.class.getResourceAsStream("/config/mongrel2/" + name + ".conf"))) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("@PORT@", String.valueOf(port))
                    .replace("@SEND@", String.valueOf(freePort()))
                    .replace("@RECV@", String.valueOf(freePort()))
                    .replace("@FILTER@", "/usr/lib/mongrel2/filters/null.so");
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"files", "targets", "shared-routes", "several-servers", "settings", "filters"})
    void theDatabaseIsTheSameRowForRow(String name) throws Exception {
        load(name);

        for (Map.Entry<String, String> query : QUERIES.entrySet()) {
            assertEquals(rows(theirs, query.getValue()), rows(ours, query.getValue()), query.getKey());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"files", "targets", "shared-routes", "several-servers", "filters"})
    void mongrel2sToolLoadsWhatWeDump(String name) throws Exception {
        load(name);
        String dump = new ConfigStore(ours, BLUEPRINT).dump().text();
        theirs = Databases.m2sh(Files.createDirectory(folder.resolve("again")), dump);

        for (Map.Entry<String, String> query : QUERIES.entrySet()) {
            assertEquals(rows(theirs, query.getValue()), rows(ours, query.getValue()), query.getKey());
        }
    }

    /** TLS is compared as rows: what server there is decides whether it can be started. */
    @Test
    void theRowsOfTlsAreTheSame() throws Exception {
        String text = text("tls");
        theirs = Databases.m2sh(folder.resolve("theirs"), text);
        ours = folder.resolve("config.sqlite");
        Draft draft = Language.alone(BLUEPRINT.schema()).read(new SourceText("mongrel2.conf", text));
        try (OpenDatabase database = OpenDatabase.forWriting(ours)) {
            database.call(connection -> {
                new Rows(connection, BLUEPRINT).replace(draft.entries());
                return connection;
            });
            database.commit();
        }

        for (String table : List.of("server", "host", "route", "setting")) {
            String query = Objects.requireNonNull(QUERIES.get(table));
            assertEquals(rows(theirs, query), rows(ours, query), table);
        }
    }

    /** The listed difference: the built-in media types are ours, and the custom ones are not lost. */
    @Test
    void customMediaTypesAreKept() throws Exception {
        load("settings");
        String query = "SELECT mimetype FROM mimetype WHERE extension = '.example'";

        assertEquals(List.of(), rows(theirs, query));
        assertEquals(List.of("text/x-example"), rows(ours, query));
        assertEquals(List.of("text/html"), rows(ours, "SELECT mimetype FROM mimetype WHERE extension = '.html'"));
    }

    @ParameterizedTest
    @CsvSource({
        "files, 0b6c2c0e-58a3-4a8b-9a0f-9a4f3a0d4b11, pages.example",
        "targets, 5b8f6d3e-7a55-4c0a-8d1c-3c1b7b1f2e90, shop.example",
        "shared-routes, two-hosts, first.example",
        "several-servers, server-two, two",
        "settings, adjusted, localhost",
        "filters, filtered, localhost"
    })
    void bothServersRunFromIt(String name, String uuid, String host) throws Exception {
        load(name);

        assertEquals("the first page", mongrel2(uuid, host));
        // Paths are relative to where this test runs.
        Databases.execute(
                theirs,
                "UPDATE server SET chroot = '%s/'; UPDATE handler SET send_spec = replace(send_spec, 'ipc://', 'ipc://%s/'), recv_spec = replace(recv_spec, 'ipc://', 'ipc://%s/');"
                        .formatted(folder, folder, folder));
        try (Broker broker = Broker.start(
                ConfigReader.read(ConfigDatabase.read(theirs), uuid).valid(), record -> {})) {
            assertEquals("the first page", page(broker.address(), host));
        }
    }

    @Test
    void mongrel2sToolListsOurServersAndHosts() throws Exception {
        load("several-servers");

        assertEquals(
                List.of(
                        "SERVERS:",
                        "------",
                        "one one server-one ",
                        "more three server-three ",
                        "more two server-two "),
                m2sh("servers"));
        load("shared-routes");
        assertEquals(
                List.of("HOSTS in two:", "-----", "1 first.example ", "2 second "), m2sh("hosts", "-server", "two"));
        assertTrue(m2sh("routes", "-id", "1").contains("/talk "), () -> "no route");
    }

    private List<String> m2sh(String command, String... more) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("m2sh", command, "-db", ours.toString()));
        line.addAll(List.of(more));
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        try (InputStream output = process.getInputStream()) {
            String said = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), said);
            return said.lines().filter(each -> !each.isBlank()).toList();
        }
    }

    /** What Mongrel2 answers that was started from the database that we made. */
    private String mongrel2(String uuid, String host) throws IOException, InterruptedException {
        Path said = folder.resolve("said");
        Process process = new ProcessBuilder("mongrel2", "config.sqlite", uuid)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            awaitListening(address, process, said);
            return page(address, host);
        } finally {
            process.destroyForcibly();
            assertTrue(process.waitFor(WAIT_MILLIS, TimeUnit.MILLISECONDS));
        }
    }

    private static void awaitListening(InetSocketAddress address, Process server, Path said) throws IOException {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(WAIT_MILLIS);
        boolean isListening = false;
        while (!isListening) {
            try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
                isListening = socket.isConnected();
            } catch (IOException e) {
                if (!server.isAlive() || System.nanoTime() - until > 0) {
                    throw new IOException(Files.readString(said), e);
                }
                Thread.onSpinWait();
            }
        }
    }

    private static String page(InetSocketAddress address, String host) throws IOException {
        try (RawClient client = new RawClient(address)) {
            client.send("GET /docs/start.html HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
            String answer = client.answer();
            return answer.substring(answer.indexOf("\r\n\r\n") + 4);
        }
    }

    private static List<String> rows(Path file, String query) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                PreparedStatement select = connection.prepareStatement(query);
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                List<String> cells = new ArrayList<>();
                for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                    cells.add(String.valueOf(row.getObject(i)));
                }
                rows.add(String.join("|", cells));
            }
        }
        rows.sort(null);
        return rows;
    }
}
