package dev.lurcher.broker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class MainTest {
    @TempDir
    private Path folder;

    static Stream<String> commands() {
        // Without other names of the same.
        return Main.commandLine().getSubcommands().values().stream()
                .map(CommandLine::getCommandName)
                .distinct();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void eachCommandHasHelpWithAnExample(String command) {
        String help = Cli.succeed(command, "--help");

        assertTrue(help.startsWith("Usage: broker " + command), help);
        CommandLine line =
                Objects.requireNonNull(Main.commandLine().getSubcommands().get(command));
        boolean isHidden = line.getCommandSpec().usageMessage().hidden();
        assertTrue(isHidden || help.contains("Example"), help);
        assertEquals(help, Cli.succeed(command, "-h"));
    }

    @Test
    void withoutACommandThereIsHelp() {
        assertEquals(Cli.succeed("--help"), Cli.succeed());
    }

    @ParameterizedTest
    @CsvSource({"servrs, servers", "Check, check", "exlain, explain", "versoin, version", "route, routes"})
    void aMistypedCommandIsAnsweredWithTheNearest(String typed, String meant) {
        Cli run = Cli.run(typed);

        assertEquals(2, run.exitCode());
        assertEquals("", run.out());
        assertEquals(
                "broker: there is no command '" + typed + "'. Did you mean " + meant
                        + "?\nFix: broker --help shows what can be written.\n",
                run.err());
    }

    @Test
    void anUnknownCommandIsAnsweredWithAll() {
        String err = Cli.run("frobnicate").err();

        assertTrue(err.contains("There are run, start, stop, reload, restart, running,"), err);
        assertTrue(!err.contains("rehearse"), err);
    }

    @ParameterizedTest
    @CsvSource({
        "servers --jsn, Unknown option: '--jsn'. Did you mean --json?",
        "run --prot 80 config.sqlite demo, Unknown option: '--prot'",
        "explain, Missing required parameter: 'URL'",
        "hosts a b, Unmatched argument at index 2: 'b'"
    })
    void aMisusedCommandNamesItsHelp(String line, String reason) {
        Cli run = Cli.run(line.split(" "));

        String command = "broker " + line.split(" ")[0];
        assertEquals(2, run.exitCode());
        assertEquals(command + ": " + reason + "\nFix: " + command + " --help shows what can be written.\n", run.err());
    }

    @Test
    void aFileWhereAServerIsMeantIsAnsweredWithTheOption() throws IOException {
        Path file = Files.createFile(folder.resolve("some.sqlite"));

        Cli run = Cli.run("check", file.toString());

        assertEquals(2, run.exitCode());
        assertEquals(
                "broker check: '" + file + "' is a file, and here the uuid of a server is meant. Fix: write --db "
                        + file + ".\n",
                run.err());
    }

    @Test
    void printsAVersion() {
        assertTrue(Cli.succeed("version").startsWith("Lurcher "));
        assertTrue(Cli.succeed("--version").startsWith("Lurcher "));
    }

    @Test
    void printsAnotherUuidEachTime() {
        String uuid = Cli.succeed("uuid");

        assertTrue(uuid.matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\n"), uuid);
        assertTrue(!uuid.equals(Cli.succeed("uuid")));
    }
}
