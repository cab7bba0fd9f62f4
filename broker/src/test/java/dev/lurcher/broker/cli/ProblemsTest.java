package dev.lurcher.broker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lurcher.broker.config.ConfigDatabase;
import dev.lurcher.broker.config.ConfigReader;
import dev.lurcher.broker.config.Databases;
import dev.lurcher.broker.config.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Everything that is found in a database, word by word: config/problems.txt. */
class ProblemsTest {
    @TempDir
    private Path folder;

    private record Case(String change, List<String> expected) {}

    @TestFactory
    Stream<DynamicTest> findsAndExplains() throws IOException {
        return cases().stream()
                .map(each -> DynamicTest.dynamicTest(each.change(), () -> {
                    Path file = Databases.demo(Files.createTempDirectory(folder, "case"), each.change());
                    List<Problem> found = ConfigReader.survey(ConfigDatabase.read(file), Source.checks())
                            .problems();
                    assertEquals(
                            String.join("\n", each.expected()),
                            found.stream().map(Problem::toString).collect(Collectors.joining("\n")));
                }));
    }

    private static List<Case> cases() throws IOException {
        List<Case> cases = new ArrayList<>();
        try (InputStream text =
                Objects.requireNonNull(ProblemsTest.class.getResourceAsStream("/config/problems.txt"))) {
            for (String line : new String(text.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (line.startsWith("> ")) {
                    cases.add(new Case(line.substring(2), new ArrayList<>()));
                } else if (!line.isBlank() && !line.startsWith("#")) {
                    cases.get(cases.size() - 1).expected().add(line);
                }
            }
        }
        return cases;
    }
}
