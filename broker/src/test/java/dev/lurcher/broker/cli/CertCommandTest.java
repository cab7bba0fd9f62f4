package dev.lurcher.broker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertCommandTest {
    @TempDir
    private Path folder;

    @Test
    void makesAPairForThisMachine() {
        String out = Cli.succeed("cert", "demo", "--folder", folder + "/certs");

        assertTrue(out.matches("(?s).*/certs/demo\\.crt  for localhost, 127\\.0\\.0\\.1, ::1, valid until 2.*"), out);
        assertTrue(Files.exists(folder.resolve("certs/demo.key")));
    }

    @Test
    void takesTheHostFromTheNameOfTheFiles() throws IOException {
        JsonNode facts = new ObjectMapper()
                .readTree(Cli.succeed("cert", "_.example.com", "--folder", folder.toString(), "--json"));

        assertEquals("[\"*.example.com\"]", facts.get("hosts").toString());
        assertEquals(64, facts.get("sha256").asText().length());
        assertEquals(folder + "/_.example.com.crt", facts.get("certificate").asText());
        assertTrue(facts.has("key") && facts.has("valid_until"));
    }

    @Test
    void writesOverNothing() throws IOException {
        Files.writeString(folder.resolve("demo.crt"), "precious");

        Cli run = Cli.run("cert", "demo", "--folder", folder.toString());

        assertEquals(1, run.exitCode());
        assertTrue(run.err().matches("broker: .*demo\\.crt is there already\\. Fix: .*\n"), run.err());
    }

    @Test
    void refusesAFolderThatCannotBeMade() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");

        Cli run = Cli.run("cert", "demo", "--folder", file + "/certs");

        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("Fix: choose another one with --folder"), run.err());
        assertEquals(
                1,
                Cli.run("cert", "demo", "--folder", folder.toString(), "--days", "0")
                        .exitCode());
        assertEquals(2, Cli.run("cert").exitCode());
    }
}
