package dev.lurcher.broker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lurcher.broker.zmtp.CurvePair;
import dev.lurcher.broker.zmtp.KeyFile;
import dev.lurcher.broker.zmtp.PasswordHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeygenCommandTest {
    @TempDir
    private Path folder;

    private static JsonNode json(String... arguments) throws IOException {
        Cli run = Cli.run(arguments);
        assertEquals(0, run.exitCode(), run.err());
        return new ObjectMapper().readTree(run.out());
    }

    @Test
    void printsAPair() throws IOException {
        JsonNode facts = json("keygen", "--json");
        CurvePair pair = CurvePair.parse(facts.get("secret_key").asText());
        assertEquals(pair.key().toString(), facts.get("public_key").asText());
        assertFalse(facts.equals(json("keygen", "--json")), "another one each time");
    }

    @Test
    void writesAPairAndPrintsNoSecret() throws IOException {
        Path name = folder.resolve("broker");
        Cli run = Cli.run("keygen", name.toString());
        assertEquals(0, run.exitCode(), run.err());
        CurvePair pair = KeyFile.read(folder.resolve("broker.key_secret"));
        assertTrue(run.out().contains(pair.key().toString()) && !run.out().contains(pair.secret()), run.out());
        assertTrue(Files.readString(folder.resolve("broker.key"))
                .contains(pair.key().toString()));
        assertEquals(
                pair.key().toString(),
                json("keygen", "--show", folder.resolve("broker.key_secret").toString(), "--json")
                        .get("public_key")
                        .asText());
    }

    @Test
    void replacesNothing() {
        Path name = folder.resolve("broker");
        assertEquals(0, Cli.run("keygen", name.toString()).exitCode());
        Cli again = Cli.run("keygen", name.toString());
        assertEquals(1, again.exitCode());
        assertTrue(again.err().matches("broker: key file .* is there already. Fix: .*\n"), again.err());
    }

    @Test
    void makesAPasswordAndItsHash() throws IOException {
        JsonNode facts = json("keygen", "--user", "reporting", "--json");
        assertEquals("reporting", facts.get("user").asText());
        assertEquals(25, facts.get("password").asText().length());
        assertEquals(
                facts.get("hash").asText(),
                PasswordHash.parse(facts.get("hash").asText()).toString());
    }

    @Test
    void takesOneWishAtATime() {
        assertEquals(2, Cli.run("keygen", "a", "--user", "b").exitCode());
    }
}
