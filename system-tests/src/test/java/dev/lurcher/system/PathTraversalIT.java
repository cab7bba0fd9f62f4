package dev.lurcher.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The word lists of wfuzz, byte by byte: nothing from outside the base, and no answer 500 or above. */
class PathTraversalIT {
    private static final Path LISTS = Path.of("/usr/share/wfuzz/wordlist");
    private static final List<String> NAMES = List.of(
            "Injections/Traversal.txt",
            "Injections/All_attack.txt",
            "Injections/bad_chars.txt",
            "vulns/dirTraversal.txt",
            "vulns/dirTraversal-nix.txt",
            "vulns/dirTraversal-win.txt",
            "stress/uri_hex.txt",
            "stress/doble_uri_hex.txt");
    private static final int LEAST_LINES = 2500;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 [1-4][0-9][0-9] ");
    private static final int CLIENTS = 8;

    @TempDir
    private Path directory;

    private static List<String> lines() throws IOException {
        Set<String> lines = new LinkedHashSet<>();
        for (String name : NAMES) {
            assertTrue(Files.exists(LISTS.resolve(name)), LISTS.resolve(name) + " (Debian: wfuzz)");
            for (String line : Files.readAllLines(LISTS.resolve(name), ISO_8859_1)) {
                lines.add(line.replace("\r", "").replace("{FILE}", "etc/passwd"));
                lines.add(line.replace("\r", "").replace("{FILE}", "secret.txt"));
            }
        }
        assertTrue(lines.size() > LEAST_LINES, lines.size() + " lines");
        return List.copyOf(lines);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD"})
    void letsNothingOutsideTheBaseOut(String method) throws Exception {
        // Wherever a path may climb to, there is something to find.
        Path deep = directory.resolve("1/2/3/4");
        for (Path above = deep; above != null && above.startsWith(directory); above = above.getParent()) {
            Files.createDirectories(above.resolve("etc"));
            Files.writeString(above.resolve("etc/passwd"), StaticSite.SECRET);
            Files.writeString(above.resolve("secret.txt"), StaticSite.SECRET);
        }
        List<String> lines = lines();
        try (StaticSite site = StaticSite.lurcher(deep);
                ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Callable<Boolean>> jobs = lines.stream()
                    .flatMap(line -> Stream.of("/s/" + line, "/s" + line, "/s/sub/" + line, line))
                    .<Callable<Boolean>>map(path -> () -> ask(site, method, path))
                    .toList();
            for (Future<Boolean> done : clients.invokeAll(jobs)) {
                assertTrue(done.get());
            }
        }
    }

    private static boolean ask(StaticSite site, String method, String path) throws IOException {
        String request = method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        String answer = site.all(StaticSite.bytes(request));
        assertTrue(STATUS.matcher(answer).lookingAt(), () -> path + "\n" + answer);
        assertFalse(answer.contains(StaticSite.SECRET) || answer.contains("root:x:"), () -> path + "\n" + answer);
        if (method.equals("HEAD") && !answer.startsWith("HTTP/1.1 400 ")) {
            assertTrue(answer.endsWith("\r\n\r\n"), () -> path + "\n" + answer);
        }
        return true;
    }
}
