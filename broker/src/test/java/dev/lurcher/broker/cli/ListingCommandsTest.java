package dev.lurcher.broker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lurcher.broker.config.Databases;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands that list what a database holds. Their text is in docs/commands.md, which {@link CommandsDocumentTest} checks. */
class ListingCommandsTest {
    private static final String TWO_SERVERS = """
            INSERT INTO server (id, uuid, name, bind_addr, port, default_host, access_log, error_log, pid_file)
                VALUES (2, 'shop', '', '::1', 8080, 'shop.example', 'a', 'e', 'p');
            INSERT INTO host (id, server_id, name, matching) VALUES (2, 2, 'shop.example', '(.+).example');
            INSERT INTO handler (id, send_spec, send_ident, recv_spec, protocol, timeout, queue_timeout)
                VALUES (3, 'ipc://run/s', 'shop', 'ipc://run/r', 'tnetstring', 0, '250ms');
            INSERT INTO route (host_id, path, target_type, target_id) VALUES (2, '/', 'handler', 3), (2, '/old', 'handler', 3);
            """;

    @TempDir
    private Path folder;

    private String shop(String... command) {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.add("--db");
        arguments.add(Databases.demo(folder, TWO_SERVERS).toString());
        return Cli.succeed(arguments.toArray(String[]::new));
    }

    @Test
    void listsServers() {
        assertEquals("""
                UUID  NAME  ADDRESS         DEFAULT HOST  HOSTS  ROUTES
                demo  demo  127.0.0.1:6767  localhost     1      2
                shop  -     [::1]:8080      shop.example  1      2
                """, shop("servers"));
    }

    @Test
    void listsHostsOfOneServer() {
        assertEquals("""
                SERVER  HOST          MATCHING      ROUTES  DEFAULT
                shop    shop.example  (.+).example  2       yes
                """, shop("hosts", "shop"));
    }

    @Test
    void listsRoutesOfOneHost() {
        assertEquals("""
                SERVER  HOST          PATH  TARGET
                shop    shop.example  /     handler shop
                shop    shop.example  /old  handler shop
                """, shop("routes", "--host", "shop.example"));
    }

    @Test
    void listsHandlersWithTheirLimits() {
        assertEquals("""
                SERVER  SEND IDENT  SEND SPEC    RECV SPEC    PROTOCOL    TIMEOUT  QUEUE           PREFETCH  PATHS
                shop    shop        ipc://run/s  ipc://run/r  tnetstring  0s       1024 for 250ms  auto      / /old
                """, shop("handlers", "shop"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "servers  | row uuid name bind_addr port use_ssl default_host chroot access_log error_log error_log_level pid_file"
                        + " control_port hosts routes",
                "hosts    | server row name matching routes default",
                "routes   | server host row path target_type target_id",
                "handlers | server row send_spec send_ident recv_spec recv_ident raw_payload protocol timeout_ms queue_timeout_ms"
                        + " queue_limit queue_bytes prefetch upload_limit retry retry_limit on_empty affinity required paths",
                "settings | key value is_set default kind unit allowed meaning mongrel2 reloadable has_effect"
            })
    void theKeysOfJsonStayTheSame(String command, String keys) throws IOException {
        JsonNode facts = new ObjectMapper().readTree(shop(command, "--json"));

        assertTrue(facts.isArray() && !facts.isEmpty());
        for (JsonNode fact : facts) {
            List<String> found = new ArrayList<>();
            fact.fieldNames().forEachRemaining(found::add);
            assertEquals(keys, String.join(" ", found));
        }
    }

    @Test
    void jsonHasTheValuesAsTheyAre() throws IOException {
        JsonNode shop =
                new ObjectMapper().readTree(shop("handlers", "shop", "--json")).get(0);

        assertEquals(250, shop.get("queue_timeout_ms").asInt());
        assertEquals("tnetstring", shop.get("protocol").asText());
        assertEquals("/old", shop.get("paths").get(1).asText());
    }

    @Test
    void showsWhatIsThereAndThatSomethingIsWrong() {
        Path file = Databases.demo(folder, "UPDATE server SET port = 70000, use_ssl = 1");

        Cli run = Cli.run("servers", "--db", file.toString());

        assertEquals(0, run.exitCode());
        assertTrue(run.out().contains("127.0.0.1:70000"), run.out());
        assertEquals(
                "broker: " + file + " has 1 error, no warnings and no notes. Fix: see broker check --db " + file + "\n",
                run.err());
    }

    @Test
    void refusesAServerThatIsNotThere() {
        Path file = Databases.demo(folder, TWO_SERVERS);

        Cli run = Cli.run("routes", "shpo", "--db", file.toString());

        assertEquals(1, run.exitCode());
        assertEquals("", run.out());
        assertEquals(
                "broker: " + file
                        + ": it has no server with the uuid \"shpo\"; \"shop\" is near. Fix: name one of: demo, shop.\n",
                run.err());
    }

    @Test
    void aHostileDatabaseDoesNotDriveTheTerminal() {
        String text = Cli.run(
                        "servers",
                        "--db",
                        Databases.demo(folder, "UPDATE server SET name = char(27) || '[2J'")
                                .toString())
                .out();

        assertTrue(text.contains("\\u001b[2J") && text.indexOf('\u001b') < 0, text);
    }
}
