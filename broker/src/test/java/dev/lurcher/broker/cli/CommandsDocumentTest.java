package dev.lurcher.broker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.Databases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** docs/commands.md: each example prints what it says there. */
class CommandsDocumentTest {
    private static final Path DOCUMENT = Path.of("../docs/commands.md");

    /** A block whose first line is a command and whose others are what it prints. */
    private static final Pattern EXAMPLE = Pattern.compile("```console\n\\$ broker ([^\n]+)\n(.*?)```", Pattern.DOTALL);

    @TempDir
    private Path folder;

    @TestFactory
    Stream<DynamicTest> printsWhatTheDocumentSays() throws IOException {
        Path file = Databases.demo(folder, "");
        return EXAMPLE.matcher(Files.readString(DOCUMENT))
                .results()
                .map(example -> DynamicTest.dynamicTest(example.group(1), () -> compare(example, file)));
    }

    private static void compare(MatchResult example, Path file) {
        List<String> arguments = new ArrayList<>(Arrays.asList(example.group(1).split(" ")));
        boolean readsDatabase = !List.of("uuid", "version", "keygen").contains(arguments.get(0));
        if (readsDatabase && !arguments.contains("--help")) {
            arguments.add("--db");
            arguments.add(file.toString());
        }
        Cli run = Cli.run(arguments.toArray(String[]::new));
        String printed = (run.out() + run.err()).replace(file.toString(), "config.sqlite");
        assertEquals(comparable(example.group(2)), comparable(printed));
    }

    /** What differs from run to run is made the same. */
    private static String comparable(String text) {
        return text.replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UUID")
                .replaceAll("-key  \\S{40}", "-key  KEY")
                .replaceAll("Lurcher \\S+ on Java \\S+", "Lurcher VERSION on Java VERSION");
    }

    @Test
    void hasASectionForEachCommand() throws IOException {
        String document = Files.readString(DOCUMENT);
        for (Map.Entry<String, CommandLine> command :
                Main.commandLine().getSubcommands().entrySet()) {
            assertTrue(
                    command.getValue().getCommandSpec().usageMessage().hidden()
                            || document.contains("\n## " + command.getValue().getCommandName() + "\n"),
                    command.getKey());
        }
    }
}
