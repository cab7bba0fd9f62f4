package dev.lurcher.broker.directory;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.directory.ByteRanges.Range;
import dev.lurcher.broker.directory.Selection.Outcome;
import dev.lurcher.protocol.testing.KeptInputs;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Any path and any fields of a request for a file: the name leads nowhere out of the base, and what is chosen is there.
 * <pre> input = path *( LF field-line )</pre>
 */
public class DirectoryFuzz {
    private static final Path BASE = Path.of("/base/of/files");
    private static final long MODIFIED_NANOS = 784_111_777_000_000_000L;
    private static final long SIZE = 1000;
    private static final Resource FILE = new Resource(
            form("a.txt", null),
            List.of(form("a.txt.br", Coding.BROTLI), form("a.txt.gz", Coding.GZIP)),
            MODIFIED_NANOS);

    private static Representation form(String name, @Nullable Coding coding) {
        FileState state = new FileState(
                BASE.resolve(name), FileState.Kind.FILE, SIZE, MODIFIED_NANOS, MODIFIED_NANOS, "1:" + name);
        return new Representation(state, coding, "text/plain", "");
    }

    @KeptInputs
    void staysWithinTheBaseAndTheFile(byte[] bytes) {
        fuzzerTestOneInput(bytes);
    }

    /** To be called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        List<String> lines = List.of(new String(bytes, ISO_8859_1).split("\n", -1));
        for (String prefix : new String[] {"", "/", "/s", "/s/"}) {
            staysInside(lines.getFirst(), prefix, false);
            staysInside(lines.getFirst(), prefix, true);
        }
        String[] fields = lines.subList(1, lines.size()).stream()
                .filter(line -> line.indexOf(':') > 0)
                .toArray(String[]::new);
        choosesWhatIsThere(new Wish(new Head("GET", fields)).of(FILE, MODIFIED_NANOS));
        Selection head = new Wish(new Head("HEAD", fields)).of(FILE, MODIFIED_NANOS);
        assertFalse(head.hasContent() || head.outcome() == Outcome.PARTS || head.outcome() == Outcome.UNSATISFIABLE);
    }

    private static void staysInside(String path, String prefix, boolean dotFiles) {
        String name = FileNames.of(path, prefix, dotFiles);
        if (name == null) {
            return;
        }
        assertFalse(name.startsWith("/") || name.indexOf('\0') >= 0 || name.indexOf('\\') >= 0, name);
        Path file = BASE.resolve(name);
        assertTrue(file.startsWith(BASE), name);
        assertEquals(file, file.normalize());
        if (!dotFiles) {
            assertFalse(name.startsWith(".") || name.contains("/."), name);
        }
    }

    private static void choosesWhatIsThere(Selection selection) {
        assertEquals(selection.outcome() == Outcome.PARTS, !selection.ranges().isEmpty());
        assertTrue(selection.ranges().size() <= ByteRanges.MOST);
        for (Range range : selection.ranges()) {
            assertTrue(range.from() >= 0 && range.length() > 0 && range.end() <= SIZE, range.toString());
        }
        long bytes = Body.of(selection).length();
        assertTrue(bytes >= 0 && bytes < 2 * SIZE, () -> bytes + " bytes");
    }
}
