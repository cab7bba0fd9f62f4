package dev.lurcher.broker.directory;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The table directory/paths.txt, and what must hold for every path. */
class FileNamesTest {
    private static final String[] PIECES = {
        "a", "b.txt", ".", "..", "/", "//", "%2e", "%2E", "%2f", "%5c", "\\", "%00", "%c0%ae", "%c3%bc", "%ff", "%25",
        "%", ";", "~", "s"
    };

    private static List<String> table() throws IOException {
        try (InputStream in = FileNamesTest.class.getResourceAsStream("/directory/paths.txt")) {
            return new String(in.readAllBytes(), UTF_8)
                    .lines()
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
        }
    }

    @TestFactory
    Stream<DynamicTest> namesWhatTheTableSays() throws IOException {
        assertTrue(table().size() >= 150);
        return table().stream()
                .map(line -> dynamicTest(line, () -> {
                    String[] columns = line.split(" ", 3);
                    assertEquals(expected(columns[2]), name(columns[0], columns[1], false));
                }));
    }

    private static @Nullable String expected(String cell) {
        return switch (cell) {
            case "-" -> null;
            case "(base)" -> "";
            default -> URLDecoder.decode(cell.replace("+", "%2B"), UTF_8);
        };
    }

    /** As a tree asks. */
    private static @Nullable String name(String route, String path, boolean dotFiles) {
        int parenthesis = route.indexOf('(');
        return FileNames.of(path, parenthesis < 0 ? route : route.substring(0, parenthesis), dotFiles);
    }

    @Test
    void showsDotFilesWhereThatIsWanted() {
        assertEquals(".env", name("/s/", "/s/.env", true));
        assertEquals(".git/config", name("/s/", "/s/.git/config", true));
        assertEquals(".../a", name("/s/", "/s/.../a", true));
        assertEquals("..;/a", name("/s/", "/s/..;/a", true));
    }

    @Test
    void neverClimbsWhereDotFilesAreShown() {
        for (String climb :
                List.of("..", "../a", ".", "./a", "a/..", "a/../b", "%2e%2e/a", "a/%2e", "..%2fa", "../", "./")) {
            assertNull(name("/s/", "/s/" + climb, true), climb);
        }
    }

    @Test
    void takesRawBytesAsUtf8() {
        String raw = new String("/s/ü".getBytes(UTF_8), ISO_8859_1);
        assertEquals("ü", name("/s/", raw, false));
        assertNull(name("/s/", "/s/\u00fc", false));
    }

    @Test
    void refusesCharactersThatAreNoBytes() {
        assertNull(name("/s/", "/s/\u0100", false));
        assertNull(name("/s/", "/s/\u012e\u012e/a", false));
    }

    @Property(tries = 20_000)
    void namesNothingThatLeadsOut(@ForAll long seed) {
        Random random = new Random(seed);
        StringBuilder path = new StringBuilder("/s");
        for (int i = random.nextInt(8); i >= 0; i--) {
            path.append(PIECES[random.nextInt(PIECES.length)]);
        }
        boolean dotFiles = random.nextBoolean();
        String name = FileNames.of(path.toString(), random.nextBoolean() ? "/s" : "/s/", dotFiles);
        if (name != null) {
            assertFalse(
                    name.startsWith("/") || name.contains("//") || name.indexOf('\0') >= 0 || name.contains("\\"),
                    name);
            Path base = Path.of("/base/of/files");
            Path file = base.resolve(name);
            assertEquals(file, file.normalize());
            assertTrue(file.startsWith(base), name);
        }
    }

    @Property(tries = 5_000)
    void namesTheSameHoweverItIsEncoded(@ForAll long seed) {
        Random random = new Random(seed);
        StringBuilder plain = new StringBuilder("a");
        StringBuilder encoded = new StringBuilder("a");
        for (int i = random.nextInt(12); i >= 0; i--) {
            char c = "abcXYZ019-_~!$&'()*+,;=:@".charAt(random.nextInt(25));
            plain.append(c);
            encoded.append(random.nextBoolean() ? String.valueOf(c) : String.format("%%%02x", (int) c));
        }
        assertEquals(plain.toString(), FileNames.of("/s/" + encoded, "/s/", false));
        assertEquals(plain.toString(), FileNames.of("/s/" + plain, "/s/", false));
    }
}
