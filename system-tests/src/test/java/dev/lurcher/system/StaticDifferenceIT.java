package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    private static final String NAMES =
            "a path may lead into a folder beside the base whose name begins like the base's";
    private static final String DOTS = "names that begin with a dot are served";
    private static final String DATES = "`If-Unmodified-Since` alone is answered with 500";
    private static final String RANGES = "`Range` is ignored";
    private static final String HEADS = "an error to a HEAD has content";
    private static final String REDIRECT = "a redirect to a folder leads to";
    private static final String CLOSES = "405, and 404 for a path that is shorter than its route";
    private static final String UNCHANGED = "an answer 304 has no `Last-Modified`";
    private static final String PACKED = "every file is sent as it lies there";
    private static final String TYPES = "files with extensions that came after its list of types";

    private static final String LATER = "Mon, 07 Nov 1994 08:49:37 GMT";
    private static final String EARLIER = "Sat, 05 Nov 1994 08:49:37 GMT";
    private static final Map<String, String> NOT_FOUND = Map.of("status", "200 | 404");
    private static final Map<String, String> STAYS_OPEN = Map.of("then", "closed | open");
    private static final Map<String, String> DATED = Map.of("last-modified", "absent | " + StaticSite.DATE);

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
        List<Case> all = new ArrayList<>();
        for (String path : List.of(
                "/s/a.txt",
                "/s/",
                "/s/sub/",
                "/s/empty.txt",
                "/s/large.bin",
                "/s/photo.JPG",
                "/s/a%20b.txt",
                "/s/a+b.unknown",
                "/s/a%2bb.unknown",
                "/s/%61.txt",
                "/s/gr%c3%bcn.txt",
                "/s//a.txt",
                "/s/a.txt?query",
                "/favicon.ico",
                "/s/favicon.ico",
                "/img/pic.txt",
                "/s/none/a.css",
                "/s/none/",
                "/s/nothing",
                "/s/nothing/",
                "/s/a.txt/",
                "/s/%zz",
                "/s/%2e%2e/secret.txt",
                "/s/sub%5cindex.html",
                "/s/packed.txt",
                "/s/packed.txt.gz")) {
            all.add(same("GET " + path));
        }
        all.addAll(requestsOfOtherFiles());
        all.addAll(conditions());
        return all;
    }

    private static List<Case> requestsOfOtherFiles() {
        return List.of(
                same("HEAD /s/a.txt"),
                same("HEAD /s/large.bin"),
                same("HEAD /s/"),
                differs(HEADS, Map.of("then", "broken | open"), "HEAD /s/nothing"),
                differs(NAMES, NOT_FOUND, "GET /s/../static2/secret.txt"),
                differs(NAMES, NOT_FOUND, "GET /s/sub/../a.txt"),
                differs(NAMES, NOT_FOUND, "GET /s/./a.txt"),
                differs(NAMES, NOT_FOUND, "GET /s/a.txt%00.html"),
                differs(NAMES, NOT_FOUND, "GET /s/sub%2findex.html"),
                differs(DOTS, NOT_FOUND, "GET /s/.hidden"),
                differs(TYPES, Map.of("content-type", "text/x-default | text/javascript"), "GET /s/module.mjs"),
                differs(REDIRECT, Map.of("location", "//localhost/s/sub/ | /s/sub/"), "GET /s/sub"),
                differs(REDIRECT, Map.of("location", "//localhost/s/sub?x=1/ | /s/sub/?x=1"), "GET /s/sub?x=1"),
                differs(REDIRECT, Map.of("location", "//localhost/s/sub/ | /s/sub/"), "HEAD /s/sub"),
                differs(CLOSES, STAYS_OPEN, "GET /s"),
                differs(CLOSES, STAYS_OPEN, "POST /s/a.txt"),
                differs(CLOSES, STAYS_OPEN, "PUT /s/a.txt"),
                differs(CLOSES, STAYS_OPEN, "OPTIONS /s/a.txt"),
                differs(
                        PACKED,
                        Map.of("content", "plain | zipped", "content-encoding", "absent | gzip"),
                        "GET /s/packed.txt",
                        "Accept-Encoding: gzip"));
    }

    private static List<Case> conditions() {
        String file = "GET /s/a.txt";
        return List.of(
                same(file, "If-Modified-Since: " + EARLIER),
                same(file, "If-Modified-Since: nonsense"),
                differs(UNCHANGED, DATED, file, "If-Modified-Since: " + LATER),
                differs(UNCHANGED, DATED, file, "If-Modified-Since: " + StaticSite.DATE),
                differs(UNCHANGED, DATED, file, "If-None-Match: *"),
                differs(UNCHANGED, DATED, "HEAD /s/a.txt", "If-None-Match: *"),
                same(file, "If-None-Match: \"other\""),
                same(file, "If-Match: *"),
                same(file, "If-Match: \"other\""),
                same(file, "If-Unmodified-Since: " + EARLIER),
                same(file, "Accept-Encoding: gzip"),
                same(file, "Connection: close"),
                differs(DATES, Map.of("status", "500 | 200"), file, "If-Unmodified-Since: " + LATER),
                differs(DATES, Map.of("status", "200 | 304"), file, "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT"),
                differs(
                        DATES,
                        Map.of("status", "304 | 200"),
                        file,
                        "If-None-Match: \"other\"",
                        "If-Modified-Since: " + LATER),
                differs(RANGES, Map.of("status", "200 | 206"), file, "Range: bytes=0-1"),
                differs(RANGES, Map.of("status", "200 | 416"), file, "Range: bytes=100-"));
    }

    @TestFactory
    Stream<DynamicTest> servesAsMongrel2ButForWhatIsListed() throws Exception {
        StaticSite mongrel2 = StaticSite.mongrel2(directory.resolve("mongrel2"));
        sites.add(mongrel2);
        StaticSite lurcher = StaticSite.lurcher(directory.resolve("lurcher"));
        sites.add(lurcher);
        return cases().stream()
                .map(each -> dynamicTest(
                        each.request().lines().limit(3).toList().toString(),
                        () -> assertEquals(
                                new TreeMap<>(each.differences()), found(mongrel2, lurcher, each.request()))));
    }

    private static SortedMap<String, String> found(StaticSite mongrel2, StaticSite lurcher, String request)
            throws Exception {
        SortedMap<String, String> left = mongrel2.outcome(request);
        SortedMap<String, String> right = lurcher.outcome(request);
        SortedMap<String, String> found = new TreeMap<>();
        SortedMap<String, String> all = new TreeMap<>(left);
        all.putAll(right);
        if (!left.getOrDefault("status", "").equals(right.get("status"))) {
            // What else an answer holds follows from that.
            all.keySet().retainAll(Set.of("status", "then"));
        }
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
