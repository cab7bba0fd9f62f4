package dev.lurcher.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever users of the library can name has its documentation. */
class PublicDocsTest {
    private static final Pattern PUBLIC = Pattern.compile(" {0,8}(public|default) .*[({].*");
    private static final Pattern METHOD_OF_INTERFACE = Pattern.compile(" {4}[A-Z][\\w<>.]* \\w+\\(.*");

    @ParameterizedTest
    @ValueSource(strings = {"src/main/java", "../handler-sdk-testing/src/main/java"})
    void everythingPublicIsDocumented(String folder) throws IOException {
        List<String> bare = new ArrayList<>();
        int seen = 0;
        try (Stream<Path> files = Files.walk(Path.of(folder))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".java")).toList()) {
                List<String> lines = Files.readAllLines(file);
                boolean open = lines.stream().anyMatch(line -> line.startsWith("public "));
                boolean contract = lines.stream().anyMatch(line -> line.startsWith("public interface "));
                for (int i = 0; open && i < lines.size(); i++) {
                    boolean method = contract
                            && METHOD_OF_INTERFACE.matcher(lines.get(i)).matches();
                    if (method || PUBLIC.matcher(lines.get(i)).matches()) {
                        seen++;
                        if (!isDocumented(lines, i)) {
                            bare.add(file + ":" + (i + 1) + lines.get(i));
                        }
                    }
                }
            }
        }
        assertTrue(seen > 20, seen + " seen");
        assertEquals(List.of(), bare);
    }

    /** Annotations stand between; what overrides has the documentation of the other. */
    private static boolean isDocumented(List<String> lines, int line) {
        int before = line - 1;
        while (before >= 0 && lines.get(before).strip().startsWith("@")) {
            if (lines.get(before).strip().equals("@Override")) {
                return true;
            }
            before--;
        }
        return before >= 0 && lines.get(before).strip().endsWith("*/");
    }
}
