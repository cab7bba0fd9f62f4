package dev.lurcher.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.protocol.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What docs/protocol.md and docs/uploads.md show is what the golden files and the javadoc say. */
class ProtocolDocumentTest {
    private static final Path ROOT = Path.of("..");
    private static final Path SOURCES = Path.of("src/main/java/dev/lurcher/protocol");
    private static final Pattern BLOCK = Pattern.compile(
            "(?:<!-- golden: ([a-z]+)/(\\S+) ([a-z0-9]+) -->\n)?```(\\w*)\n(.*?)\n```\n", Pattern.DOTALL);

    private final String document = read(ROOT.resolve("docs/protocol.md"));

    @ParameterizedTest
    @CsvSource({"protocol.md, 18", "uploads.md, 6"})
    void everyExampleIsGolden(String name, int least) {
        Matcher block = BLOCK.matcher(read(ROOT.resolve("docs").resolve(name)));
        int examples = 0;
        while (block.find()) {
            if (block.group(4).equals("abnf")) {
                continue;
            }
            String text = block.group(5);
            assertTrue(block.group(1) != null, () -> "names no golden vector: " + text);
            String shown = block.group(2);
            Golden.Vector vector = Golden.read(block.group(1)).stream()
                    .filter(v -> v.name().equals(shown))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no vector " + shown));
            assertEquals(vector.written(block.group(3)), text, shown);
            examples++;
        }
        assertTrue(examples >= least, "examples found: " + examples);
    }

    @Test
    void grammarsAreThoseOfTheJavadoc() {
        String javadoc =
                javadoc("RequestWriter") + javadoc("ReplyReader") + javadoc("WorkerControl") + javadoc("TNetString");
        Matcher block = BLOCK.matcher(document);
        int grammars = 0;
        while (block.find()) {
            if (block.group(4).equals("abnf")) {
                for (String line : block.group(5).lines().toList()) {
                    String rule = squeezed(line.replaceFirst("; column protocol.*", ""));
                    assertTrue(javadoc.contains(rule), () -> "not in the javadoc: " + rule);
                }
                grammars++;
            }
        }
        assertEquals(4, grammars);
    }

    private static String javadoc(String type) {
        return squeezed(read(SOURCES.resolve(type + ".java")).replaceAll("\n \\* ", "\n"));
    }

    private static String squeezed(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError("run in the module's directory", e);
        }
    }
}
