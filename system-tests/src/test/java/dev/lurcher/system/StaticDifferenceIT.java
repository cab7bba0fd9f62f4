package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Static files: what is the same as with Mongrel2, and what is not, each with its row of docs/mongrel2.md. */
class StaticDifferenceIT {
    private static final String SAFE = "a path may lead into a folder beside the base whose name begins like the base's";
    private static final String DOTS = "names that begin with a dot are served";
    private static final String TAGS = "entity tags have no quotes";
    private static final String DATES = "`If-Unmodified-Since` alone is answered with 500";
    private static final String RANGES = "`Range` is ignored";
    private static final String ERRORS = "an error to a HEAD has content";
    private static final String REDIRECT = "a redirect to a folder leads to";
    private static final String CLOSES = "405, and 404 for a path that is shorter than its route";
    private static final String PACKED = "every file is sent as it lies there";
    private static final String TYPES = "a type that came after its list is `default_ctype`";

    @TempDir
    private Path directory;

    private final List<StaticSite> sites = new ArrayList<>();

    /**
     * One request.
     *
     * @param differences thing to "Mongrel2's | ours"
     * @param reason the beginning of a row of the document; empty where nothing differs
     */
    private record Case(String request, Map<String, String> differences, String reason) {}

    private static Case same(String line, String... fields) {
        return differs("", Map.of(), line, fields);
    }

    private static Case differs(String reason, Map<String, String> differences, String line, String... fields) {
        StringBuilder request = new StringBuilder(line).append(" HTTP/1.1\r\nHost: localhost\r\n");
        for (String field : fields) {
            request.append(field).append("\r\n");
        }
        return new Case(request.append("\r\n").toString(), differences, reason);
    }

    private static List<Case> cases() {
        String later = "If-Modified-Since: Mon, 07 Nov 1994 08:49:37 GMT";
        String earlier = "If-Modified-Since: Sat, 05 Nov 1994 08:49:37 GMT";
        return List.of(
                same("GET /s/a.txt"),
                same("GET /s/"),
                same("GET /s/sub/"),
                same("GET /s/empty.txt"),
                same("GET /s/large.bin"),
                same("GET /s/photo.JPG"),
                same("GET /s/a%20b.txt"),
                same("GET /s/a+b.unknown"),
                same("GET /s/a%2bb.unknown"),
                same("GET /s/%61.txt"),
                same("GET /s//a.txt"),
                same("GET /s/a.txt?query"),
                same("GET /favicon.ico"),
                same("GET /s/favicon.ico"),
                same("GET /s/none/a.css"),
                same("GET /s/none/"),
                same("GET /s/nothing"),
                same("GET /s/nothing/"),
                same("GET /s/a.txt/"),
                same("GET /s/%zz"),
                same("HEAD /s/a.txt"),
                same("HEAD /s/large.bin"),
                same("GET /s/a.txt", earlier),
                same("GET /s/a.txt", later),
                same("GET /s/a.txt", "If-Modified-Since: " + StaticSite.DATE),
                same("GET /s/a.txt", "If-Modified-Since: nonsense"),
                same("GET /s/a.txt", "If-None-Match: *"),
                same("GET /s/a.txt", "If-None-Match: \"other\""),
                same("GET /s/a.txt", "If-Match: *"),
                same("GET /s/a.txt", "If-Match: \"other\""),
                same("HEAD /s/a.txt", "If-None-Match: *"),
                same("GET /s/../static2/secret.txt"));
    }

    @TestFactory
    Stream<DynamicTest> servesAsMongrel2ButForWhatIsListed() throws Exception {
        StaticSite mongrel2 = StaticSite.mongrel2(directory.resolve("mongrel2"));
        sites.add(mongrel2);
        StaticSite lurcher = StaticSite.lurcher(directory.resolve("lurcher"));
        sites.add(lurcher);
        return cases().stream()
                .map(each -> dynamicTest(each.request().lines().limit(3).toList().toString(), () -> assertEquals(
                        new TreeMap<>(each.differences()), found(mongrel2, lurcher, each.request()))));
    }

    private static SortedMap<String, String> found(StaticSite mongrel2, StaticSite lurcher, String request)
            throws Exception {
        SortedMap<String, String> left = mongrel2.outcome(request);
        SortedMap<String, String> right = lurcher.outcome(request);
        SortedMap<String, String> found = new TreeMap<>();
        SortedMap<String, String> all = new TreeMap<>(left);
        all.putAll(right);
        for (String what : all.keySet()) {
            String one = left.getOrDefault(what, "absent");
            String other = right.getOrDefault(what, "absent");
            if (!one.equals(other)) {
                found.put(what, one + " | " + other);
            }
        }
        return found;
    }

    @Test
    void listsEveryDifferenceInTheDocument() throws Exception {
        String document = Files.readString(Path.of("../docs/mongrel2.md"));
        for (Case each : cases()) {
            assertEquals(each.differences().isEmpty(), each.reason().isEmpty());
            assertTrue(each.reason().isEmpty() || document.contains("\n| " + each.reason()), each.reason());
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (StaticSite site : sites) {
            site.close();
        }
    }
}
