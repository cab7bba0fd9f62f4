package dev.lurcher.broker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/configuration.md: each text can be loaded, and each command prints what it says there, one after the other. */
class ConfigurationDocumentTest {
    private static final Path DOCUMENT = Path.of("../docs/configuration.md");
    private static final Pattern BLOCK = Pattern.compile("```(conf|console)\n(.*?)```", Pattern.DOTALL);

    /** Texts with such a first line are files that others include, or that commands name. */
    private static final Pattern NAME = Pattern.compile("# ([a-z/]+\\.conf)\n");

    private static final String REST = """

            servers = [Server(uuid='x', name='x', bind_addr='127.0.0.1', port=6767, default_host='x', access_log='a',
                error_log='e', pid_file='p', hosts=[Host(name='x', routes={'/': Proxy(addr='localhost', port=1)})])]
            """;

    @TempDir
    private Path folder;

    @Test
    void eachTextIsLoadedAndEachCommandPrintsWhatTheDocumentSays() throws IOException {
        Matcher block = BLOCK.matcher(Files.readString(DOCUMENT));
        int commands = 0;
        while (block.find()) {
            if (block.group(1).equals("conf")) {
                text(block.group(2));
            } else {
                command(block.group(2));
                commands++;
            }
        }
        assertTrue(commands > 4);
    }

    private void text(String text) throws IOException {
        Matcher name = NAME.matcher(text);
        Path file = folder.resolve(name.lookingAt() ? name.group(1) : "part.conf");
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        if (!text.contains("servers = ") && !text.contains("include ")) {
            Path whole = Files.writeString(folder.resolve("whole.conf"), text + REST);
            Cli run = load(whole);
            assertEquals(0, run.exitCode(), run.err());
        } else if (!file.endsWith("typo.conf")) {
            Cli run = load(file);
            assertEquals("", run.err());
            assertEquals(0, run.exitCode());
        }
    }

    private Cli load(Path file) {
        return Cli.run(
                "load",
                "--dry-run",
                "--config",
                file.toString(),
                "--db",
                folder.resolve("config.sqlite").toString());
    }

    private void command(String example) {
        List<String> lines = example.lines().toList();
        List<String> arguments = new ArrayList<>();
        for (String word : lines.get(0).substring("$ broker ".length()).split(" ")) {
            arguments.add(word.endsWith(".conf") ? folder.resolve(word).toString() : word);
        }
        arguments.add("--db");
        arguments.add(folder.resolve("config.sqlite").toString());
        Cli run = Cli.run(arguments.toArray(String[]::new));
        String printed = (run.out() + run.err()).replace(folder + "/", "");
        assertEquals(
                comparable(String.join("\n", lines.subList(1, lines.size())) + "\n"),
                comparable(printed),
                lines.get(0));
    }

    /** What differs from run to run and from machine to machine is made the same. */
    private static String comparable(String text) {
        return text.contains("REVISION ")
                ? text.replaceAll("[-0-9]+ [0-9:]{8}  \\S+ +\\S+ +", "WHEN WHO WHERE ")
                        .replaceAll(" +", " ")
                : text;
    }

    @Test
    void theParametersAreWhatTheTablesSay() throws IOException {
        assertEquals(
                Files.readString(Path.of("../docs/parameters.md")),
                Cli.succeed("load", "--parameters"),
                "docs/parameters.md is stale. Fix: bin/broker load --parameters >docs/parameters.md");
    }
}
