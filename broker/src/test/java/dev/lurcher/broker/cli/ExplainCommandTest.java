package dev.lurcher.broker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lurcher.broker.config.Databases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExplainCommandTest {
    private static final String TWO_SERVERS = """
            UPDATE route SET path = '/echo/([0-9]+)$' WHERE id = 2;
            DELETE FROM route WHERE id = 1;
            INSERT INTO server (id, uuid, name, bind_addr, port, default_host, access_log, error_log, pid_file)
                VALUES (2, 'shop', '', '127.0.0.1', 80, 'shop', 'a', 'e', 'p');
            INSERT INTO host (id, server_id, name, matching) VALUES (2, 2, 'shop', 'shop.example');
            INSERT INTO handler (id, send_spec, send_ident, recv_spec) VALUES (3, 'ipc://run/s', 'shop', 'ipc://run/r');
            INSERT INTO route (host_id, path, target_type, target_id) VALUES (2, '/', 'handler', 3);
            """;

    @TempDir
    private Path folder;

    private Cli explain(String changes, String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("explain", "--db", Databases.demo(folder, changes).toString()));
        arguments.addAll(List.of(more));
        return Cli.run(arguments.toArray(String[]::new));
    }

    @Test
    void tellsWhereARequestGoesAndWhy() {
        Cli run = explain(TWO_SERVERS, "http://www.localhost:6767/echo/12");

        assertEquals(0, run.exitCode(), run.err());
        assertEquals("""
                server  demo (row 1) at 127.0.0.1:6767
                          it listens on port 6767
                host    localhost (row 1)
                          the host name ends in "localhost"
                          "localhost" has no pattern and matches
                route   /echo/([0-9]+)$ (row 2)
                          the path begins with "/echo/"
                          the pattern of "/echo/([0-9]+)$" matches
                target  handler echo (row 2)
                          workers take requests at tcp://127.0.0.1:9995 and reply to tcp://127.0.0.1:9994
                """, run.out());
    }

    @ParameterizedTest
    @CsvSource({
        "/s/a.txt,the file is FOLDER/a.txt",
        "/s/sub,it is a folder: the client is sent to the path with a slash at its end",
        "/s/sub/,nothing that may be served is at FOLDER/sub: the answer is 404",
        "/s/none,nothing that may be served is at FOLDER/none: the answer is 404",
        "/s/../a.txt,no file that may be served has such a name: the answer is 404"
    })
    void tellsWhichFileOfADirectoryIsMeant(String path, String expected) throws IOException {
        Files.writeString(folder.resolve("a.txt"), "a");
        Files.createDirectory(folder.resolve("sub"));
        String base = folder.toRealPath().toString();
        String changes = """
                INSERT INTO directory (id, base, index_file, default_ctype) VALUES (1, '%s/', 'index.html', 'text/plain');
                UPDATE route SET path = '/s/', target_type = 'dir', target_id = 1 WHERE id = 2;
                """.formatted(base);

        Cli run = explain(changes, path);

        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().endsWith("          " + expected.replace("FOLDER", base) + "\n"), run.out());
    }

    @Test
    void failsWhereNoRouteMatches() {
        Cli run = explain(TWO_SERVERS, "/echo/x", "demo");

        assertEquals(1, run.exitCode());
        assertEquals("", run.err());
        assertEquals("""
                server  demo (row 1) at 127.0.0.1:6767
                          it was named
                host    localhost (row 1)
                          the request names no host
                          it is the default host
                route   none: the answer is 404
                          the path begins with "/echo/"
                          the pattern of "/echo/([0-9]+)$" does not match
                          no prefix fits the path
                """, run.out());
    }

    @ParameterizedTest
    @CsvSource({
        "http://shop.example/,                shop, it listens on port 80, shop",
        "http://shop.example?x=1,             shop, it listens on port 80, shop",
        "HTTP-is-no-scheme.example:80/x,      shop, it listens on port 80, shop",
        "http://localhost:6767/echo/1#top,    demo, it listens on port 6767, localhost",
        "ws://[::1]:6767/echo/1,              demo, it listens on port 6767, localhost"
    })
    void findsTheServerByThePort(String url, String server, String reason, String host) throws IOException {
        JsonNode facts =
                new ObjectMapper().readTree(explain(TWO_SERVERS, url, "--json").out());

        assertEquals(server, facts.get("server").get("uuid").asText());
        assertEquals(reason, facts.get("server").get("why").asText());
        assertEquals(host, facts.get("host").get("name").asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/echo/1", "localhost/echo/1", "https://localhost/echo/1", "http://localhost:1/"})
    void asksWhichServerWhereThereIsNoTelling(String url) {
        Cli run = explain(TWO_SERVERS, url);

        assertEquals(1, run.exitCode());
        assertEquals("", run.out());
        assertTrue(
                run.err()
                        .endsWith("the URL does not tell which server is meant. Fix: name the uuid of one behind it:"
                                + " demo (127.0.0.1:6767), shop (127.0.0.1:80)\n"),
                run.err());
    }

    @Test
    void onlyOneServerIsAlwaysMeant() throws IOException {
        JsonNode facts = new ObjectMapper()
                .readTree(explain("", "http://elsewhere/ü x", "--json").out());

        assertEquals("it is the only one", facts.get("server").get("why").asText());
        assertEquals("/%C3%BC%20x", facts.get("path").asText());
        assertEquals("/", facts.get("route").get("path").asText());
        assertEquals("handler", facts.get("target").get("type").asText());
        assertEquals("no_host_suffix", facts.get("steps").get(0).get("kind").asText());
    }

    @Test
    void jsonHasNullWhereThereIsNoRoute() throws IOException {
        Cli run = explain("DELETE FROM route WHERE id = 1", "/x", "--json");

        assertEquals(1, run.exitCode());
        JsonNode facts = new ObjectMapper().readTree(run.out());
        assertTrue(facts.get("route").isNull() && facts.get("target").isNull());
        assertNull(facts.get("nothing"));
    }

    @Test
    void followsMongrel2WhereItIsNotStrict() {
        String changes = "DELETE FROM setting";

        assertTrue(explain(changes, "/ec").out().contains("route   /echo (row 2)\n"));
        assertTrue(Cli.run("explain", "/ec", "--db", folder + "/config.sqlite")
                .out()
                .contains("the path is a beginning of \"/echo\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:0/", "localhost:65536/x"})
    void refusesAPortThatThereIsNot(String text) {
        Cli run = explain("", text);

        assertEquals(2, run.exitCode());
        assertTrue(run.err().contains("there is no port "), run.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "http://", "ftp://x/", "http://a b/", "user@host/", "http://[::1/"})
    void refusesWhatIsNoUrl(String text) {
        Cli run = explain("", text);

        assertEquals(2, run.exitCode());
        assertTrue(
                run.err().contains("'" + text + "' is no URL. Fix: write http://HOST/PATH, HOST/PATH, or /PATH"),
                run.err());
    }

    @Test
    void needsADefaultHost() {
        Cli run = explain("UPDATE server SET default_host = 'x'", "/");

        assertEquals(1, run.exitCode());
        assertTrue(
                run.err().contains("server demo has no host \"x\", its default_host. Fix: see broker check"),
                run.err());
    }
}
