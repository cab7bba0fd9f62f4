package dev.lurcher.broker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
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

class CheckCommandTest {
    private static final String ONE_OF_EACH =
            "UPDATE server SET port = 70000; UPDATE handler SET recv_ident = 'x' WHERE id = 1; INSERT INTO setting (key, value)"
                    + " VALUES ('limits.min_ping', '0')";

    @TempDir
    private Path folder;

    private Cli check(String changes, String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("check", "--db", Databases.demo(folder, changes).toString()));
        arguments.addAll(List.of(more));
        return Cli.run(arguments.toArray(String[]::new));
    }

    @Test
    void findsNothingWrongWithTheDemo() {
        Cli run = check("");

        assertEquals(0, run.exitCode());
        assertEquals(folder + "/config.sqlite: no errors, no warnings and no notes\n", run.out());
        assertEquals("", run.err());
    }

    @Test
    void namesErrorsFirst() {
        Cli run = check(ONE_OF_EACH);

        assertEquals(1, run.exitCode());
        assertEquals("""
                ERROR    server row 1, port = 70000
                         it is out of range; allowed: 0 to 65535
                         Fix: write a number of that range
                WARNING  handler row 1, recv_ident = "x"
                         replies begin with send_ident, "hello", and this subscription lets none of them in
                         Fix: write '' to let all in, or "hello"
                NOTE     setting row 2, value = 0
                         limits.min_ping does nothing here: limits.idle_time takes its place
                FOLDER/config.sqlite: 1 error, 1 warning and 1 note
                """.replace("FOLDER", folder.toString()), run.out());
    }

    @Test
    void warningsCountWhereThatIsAskedFor() {
        String changes = "INSERT INTO setting (key, value) VALUES ('nonsense', '1')";

        assertEquals(0, check(changes).exitCode());
        assertEquals(
                1,
                Cli.run("check", "--strict", "--db", folder + "/config.sqlite").exitCode());
    }

    @Test
    void looksAtOneServerOnly() {
        Cli run = check(
                "INSERT INTO server (uuid, port, default_host, access_log, error_log, pid_file) VALUES ('x', -1, 'y', '', '', '')",
                "demo");

        assertEquals(0, run.exitCode(), run.out());
        assertEquals(1, Cli.run("check", "x", "--db", folder + "/config.sqlite").exitCode());
    }

    @Test
    void theKeysOfJsonStayTheSame() throws IOException {
        Cli run = check(ONE_OF_EACH, "--json");

        assertEquals(1, run.exitCode());
        JsonNode facts = new ObjectMapper().readTree(run.out());
        assertEquals(1, facts.get("errors").asInt());
        assertEquals(1, facts.get("warnings").asInt());
        assertEquals(1, facts.get("notes").asInt());
        JsonNode first = facts.get("problems").get(0);
        assertEquals(
                "{\"severity\":\"error\",\"table\":\"server\",\"row\":1,\"column\":\"port\",\"value\":\"70000\",\"fault\":\"it is out of"
                        + " range\",\"allowed\":\"0 to 65535\",\"fix\":\"write a number of that range\"}",
                first.toString());
    }

    @Test
    void aDatabaseThatCannotBeReadIsOneLine() throws IOException {
        Path file = Files.writeString(folder.resolve("garbage"), "garbage ".repeat(500));
        for (String command : List.of("check", "servers", "hosts", "routes", "handlers", "settings")) {
            Cli run = Cli.run(command, "--db", file.toString());

            assertEquals(1, run.exitCode());
            assertEquals("", run.out());
            assertTrue(run.err().matches("broker: .*garbage is no SQLite database, .*Fix: .*\n"), run.err());
        }
    }

    @Test
    void readsWhatMongrel2sToolMakes() throws IOException, InterruptedException {
        Path file = Databases.m2sh(folder, """
                servers = [Server(uuid="a", name="a", port=6767, chroot="", access_log="l/a", error_log="l/e", pid_file="r/p",
                    default_host="localhost", hosts=[Host(name="localhost", routes={
                        '/': Handler(send_spec='tcp://*:9999', send_ident='abc', recv_spec='tcp://*:9998', recv_ident='')})])]
                """);

        Cli run = Cli.run("check", "--db", file.toString());

        assertEquals(1, run.exitCode());
        assertTrue(run.out().startsWith("ERROR    handler row 1, send_spec = \"tcp://*:9999\"\n"), run.out());
        assertTrue(run.out().contains("set insecure_bind to 1") && run.out().contains("CURVE"), run.out());
    }
}
