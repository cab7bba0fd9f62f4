package dev.lurcher.broker.route;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.Route;
import dev.lurcher.protocol.testing.KeptInputs;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Any route patterns on any path: what matches is what a matcher that backtracks finds, the explanation leads to where the
 * search leads, and hostile paths cost no time.
 * <pre> input = separator path *( separator ( route / ":" host ) )</pre>
 */
public class RoutesFuzz {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int MOST_STEPS = 20_000;

    /** The longest that a request may name. */
    private static final int LONG_PATH = 8192;

    /** Configured, so not hostile, and not as long as what a fuzzer likes to try. */
    private static final int MOST_PATTERN = 512;

    private static final long MOST_NANOS = 50_000_000;

    @KeptInputs
    void findsWhatBacktrackingFindsInTime(byte[] bytes) {
        fuzzerTestOneInput(bytes);
    }

    /** To be called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        List<String> words = words(new String(bytes, ISO_8859_1));
        String path = words.getFirst();
        List<String> routes = new ArrayList<>();
        List<String> hosts = new ArrayList<>();
        for (String word : words.subList(1, words.size())) {
            if (word.startsWith(":")) {
                hosts.add(word.substring(1));
            } else {
                routes.add(word);
                matchesAlike(word, path);
            }
        }
        for (boolean strict : new boolean[] {false, true}) {
            RouteTable table = table(strict, routes, hosts);
            explainsAlike(table, path, path);
            explainsAlike(table, null, path);
        }
        staysFast(routes, path);
    }

    private static void matchesAlike(String pattern, String path) {
        PatternPool pool = new PatternPool();
        BytePattern compiled;
        try {
            compiled = pool.ofPath(pattern, 0);
        } catch (PatternException refused) {
            assertTrue(refused.position() >= 0 && refused.position() < pattern.length());
            return;
        }
        boolean matched = PatternMatcher.of(path, 0, path.length(), pool).matches(compiled);
        Optional<Boolean> expected = Backtracking.matches(path, pattern, MOST_STEPS);
        assertEquals(expected.orElse(matched), matched);
        if (path.length() > 1) {
            boolean part = PatternMatcher.of(path, 1, path.length() - 1, pool).matches(compiled);
            Optional<Boolean> inPart = Backtracking.matches(path.substring(1, path.length() - 1), pattern, MOST_STEPS);
            assertEquals(inPart.orElse(part), part);
        }
    }

    private static RouteTable table(boolean strict, List<String> routes, List<String> hosts) {
        String[] paths = routes.toArray(String[]::new);
        var all = new ArrayList<dev.lurcher.broker.config.Host>();
        all.add(Tables.host(1, "localhost", paths));
        for (String host : hosts) {
            all.add(Tables.host(all.size() + 1, host, paths));
        }
        return RouteTable.of(Tables.server("localhost", all.toArray(dev.lurcher.broker.config.Host[]::new)), strict);
    }

    private static void explainsAlike(RouteTable table, @org.jspecify.annotations.Nullable String host, String path) {
        Explanation explained = table.explain(host, path);
        HostRoutes found = table.host(host);
        assertEquals(explained.host(), found.host());
        Route route = found.find(path);
        assertEquals(explained.route(), route);
    }

    /** With the path repeated up to the longest there may be. */
    private static void staysFast(List<String> routes, String path) {
        int patterns = routes.stream().mapToInt(String::length).sum();
        if (path.isEmpty() || patterns > MOST_PATTERN) {
            return;
        }
        String longest = path.repeat(LONG_PATH / path.length() + 1).substring(0, LONG_PATH);
        RouteTable table = table(true, routes, List.of());
        long least = Long.MAX_VALUE;
        // What is slow for other reasons is not slow five times.
        for (int i = 0; i < 5 && least > MOST_NANOS; i++) {
            long before = THREADS.getCurrentThreadCpuTime();
            Route unused = table.defaultHost().find(longest);
            least = Math.min(least, THREADS.getCurrentThreadCpuTime() - before);
        }
        long nanos = least;
        assertTrue(nanos <= MOST_NANOS, () -> nanos / 1_000_000 + " ms for a path of " + LONG_PATH);
    }

    private static List<String> words(String text) {
        if (text.isEmpty()) {
            return List.of("");
        }
        String separator = java.util.regex.Pattern.quote(text.substring(0, 1));
        return Arrays.asList(text.substring(1).split(separator, -1));
    }
}
