package dev.lurcher.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/java.md shows its programs as they are. */
class JavaGuideTest {
    private static final Path SOURCES = Path.of("src/main/java/dev/lurcher/samples");
    private static final Pattern PROGRAM =
            Pattern.compile("<!-- program: ([A-Z][a-z]+) -->\n```java\n(.*?)```\n", Pattern.DOTALL);
    private static final int MOST_LINES = 60;

    @Test
    void showsTenProgramsAsTheyAre() throws Exception {
        Matcher matcher = PROGRAM.matcher(Files.readString(Path.of("../docs/java.md")));
        List<String> shown = new ArrayList<>();
        while (matcher.find()) {
            String source = Files.readString(SOURCES.resolve(matcher.group(1) + ".java"));
            assertEquals(source, matcher.group(2), () -> "docs/java.md is not as " + matcher.group(1) + ".java");
            assertTrue(source.lines().count() < MOST_LINES, matcher.group(1));
            shown.add(matcher.group(1));
        }
        assertEquals(
                List.of("Hello", "Form", "Notes", "Photos", "Ticker", "Chat", "Poll", "Download", "Job", "Fleet"),
                shown);
    }
}
