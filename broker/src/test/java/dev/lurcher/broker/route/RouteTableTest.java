package dev.lurcher.broker.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.lurcher.broker.route.Step.Kind;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTableTest {
    private static RouteTable hundredThousand(boolean strict) {
        String[] paths = new String[100_000];
        for (int i = 0; i < paths.length; i++) {
            paths[i] = "/service-" + (i * 7919 % paths.length) + (i % 4 == 0 ? "/items/([0-9]+)$" : "/");
        }
        return Tables.of(strict, paths);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void holdsAHundredThousandRoutes(boolean strict) {
        long start = System.nanoTime();
        RouteTable table = hundredThousand(strict);
        long seconds = (System.nanoTime() - start) / 1_000_000_000;
        assertTrue(seconds < 10, () -> seconds + " s; an idle machine needs less than one");
        for (int i = 0; i < 100_000; i++) {
            int number = i * 7919 % 100_000;
            assertEquals(i, Tables.find(table, "/service-" + number + "/items/42"));
        }
        assertEquals(-1, Tables.find(table, "/service-12345678/"));
        assertTrue(table.problems().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void allocatesNothingForALookup(boolean strict) {
        RouteTable table = RouteTable.of(
                Tables.server(
                        "localhost",
                        Tables.host(1, "localhost", "/"),
                        Tables.host(2, "([a-z]+).example.com", "/", "/img/(.*).png$", "/img/(.*).jpg$", "/img/"),
                        Tables.host(3, "example.org", "/a/\\b{}(x)")),
                strict);
        String[] names = {"www.Example.com:80", "example.org", "nowhere", "[::1]"};
        String[] paths = {"/img/cat.png", "/img/cat.gif", "/a/{b}x", "/nothing", "/img/" + "x".repeat(8000) + ".jpg"};
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int rounds = 2000;
        lookUp(table, names, paths, rounds);
        long before = threads.getCurrentThreadAllocatedBytes();
        lookUp(table, names, paths, rounds);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(
                allocated < rounds, () -> allocated + " bytes in " + rounds * names.length * paths.length + " lookups");
    }

    private static void lookUp(RouteTable table, String[] names, String[] paths, int rounds) {
        int found = 0;
        for (int i = 0; i < rounds; i++) {
            for (String name : names) {
                for (String path : paths) {
                    found += table.host(name).find(path) == null ? 0 : 1;
                }
            }
        }
        assertTrue(found > 0);
    }

    @Test
    void answersManyThreadsAtOnce() throws InterruptedException {
        RouteTable table = Tables.of(true, "/", "/a/([0-9]+)$", "/a/(\\b{})$", "/b/(.*x)");
        List<String> wrong = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            String digits = "/a/" + "1".repeat(i * 50 + 1);
            String braces = "/a/" + "{".repeat(i + 1) + "}".repeat(i + 1);
            threads.add(Thread.ofPlatform().start(() -> {
                for (int round = 0; round < 20_000; round++) {
                    if (Tables.find(table, digits) != 1 || Tables.find(table, braces) != 2) {
                        synchronized (wrong) {
                            wrong.add(digits);
                        }
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(List.of(), wrong);
    }

    private static final RouteTable EXPLAINED = table(false);

    private static RouteTable table(boolean strict) {
        return RouteTable.of(
                Tables.server(
                        "localhost",
                        Tables.host(7, "localhost", "/", "/users/([0-9]+)$", "/users/([a-z"),
                        Tables.host(8, "(shop).example.com", "/cart"),
                        Tables.host(9, "example.com", "/cart")),
                strict);
    }

    private static List<Kind> kinds(Explanation explanation) {
        return explanation.steps().stream().map(Step::kind).toList();
    }

    @Test
    void explainsMongrel2sWay() {
        Explanation found = EXPLAINED.explain("Shop.example.com:80", "/ca");
        assertEquals(
                List.of(
                        Kind.HOST_SUFFIX,
                        Kind.PATTERN_MATCHES,
                        Kind.HOST,
                        Kind.PREFIX_LONGER,
                        Kind.NO_PATTERN,
                        Kind.ROUTE),
                kinds(found));
        assertEquals(8, found.host().row());
        assertEquals("/cart", Objects.requireNonNull(found.route()).path());

        Explanation failed = EXPLAINED.explain("www.example.com", "/users/x");
        assertEquals(
                List.of(
                        "the host name ends in \".example.com\"",
                        "the pattern of \"(shop).example.com\" does not match",
                        "the default host \"localhost\"",
                        "the path begins with \"/users/\"",
                        "the pattern of \"/users/([0-9]+)$\" does not match",
                        "the pattern of \"/users/([a-z\" cannot be read and never matches",
                        "no route matches"),
                failed.steps().stream().map(Step::toString).toList());
        assertNull(failed.route());
        assertEquals(7, failed.host().row());
        assertEquals(
                List.of(0L, 8L, 7L, 0L, 1L, 2L, 0L),
                failed.steps().stream().map(Step::row).toList());
    }

    @Test
    void explainsTheStrictWay() {
        Explanation explanation = table(true).explain("www.example.com", "/cart/1");
        assertEquals(
                List.of(
                        Kind.HOST_SUFFIX,
                        Kind.PATTERN_FAILS,
                        Kind.FALLBACK,
                        Kind.NO_PATTERN,
                        Kind.HOST,
                        Kind.PREFIX,
                        Kind.NO_PATTERN,
                        Kind.ROUTE),
                kinds(explanation));
        assertEquals(9, explanation.host().row());

        assertEquals(
                List.of(
                        Kind.HOST_SUFFIX,
                        Kind.NO_DOT_BOUNDARY,
                        Kind.NO_HOST_SUFFIX,
                        Kind.DEFAULT_HOST,
                        Kind.PREFIX,
                        Kind.PATTERN_FAILS,
                        Kind.PATTERN_UNREADABLE,
                        Kind.FALLBACK,
                        Kind.NO_PATTERN,
                        Kind.ROUTE),
                kinds(table(true).explain("notexample.com", "/users/")));
        assertEquals(
                List.of(Kind.NO_HOST_NAME, Kind.DEFAULT_HOST, Kind.NO_PREFIX, Kind.NO_ROUTE),
                kinds(table(true).explain(null, "users")));
    }
}
