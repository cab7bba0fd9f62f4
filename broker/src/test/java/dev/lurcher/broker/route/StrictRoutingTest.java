package dev.lurcher.broker.route;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The strict way. */
class StrictRoutingTest {
    private static final RouteTable USERS =
            Tables.of(true, "/", "/users/([0-9]+)", "/users", "/users/people/([0-9]+)$", "/cars-fast/([a-z]-)$");

    /** The targets of Mongrel2's table; what the strict way answers differently is marked. */
    @ParameterizedTest
    @CsvSource({
        "/users/1234/testing, 1",
        "/users, 2",
        "/users/people/1234, 3",
        "/cars-fast/cadillac, 4",
        "/users/1234, 1",
        "/, 0",
        "/users/, 2", // not 404
        "/usersBLAAHAHAH, 2",
        "/us, 0", // not /users
        "/c, 0", // not 404
        "/cars, 0", // not 404
        "/users/people, 2", // not 404
        "/users/p, 2", // not 404
        "/users/people/1234/notgonnawork, 2", // not 404
        "/x, 0",
        "x, -1",
        "'', -1"
    })
    void findsTheLongestPrefixThatIsWhollyMatched(String path, long row) {
        assertEquals(row, Tables.find(USERS, path));
    }

    @ParameterizedTest
    @CsvSource({"/img/foo.jpg, 1", "/img/foo.png, 2", "/img/foo.bmp, 0", "/img/, 0", "/img, 0"})
    void fallsBackToAShorterPrefixWhenPatternsFail(String path, long row) {
        assertEquals(row, Tables.find(Tables.of(true, "/", "/img/(.*).jpg$", "/img/(.*).png$"), path));
    }

    @ParameterizedTest
    @CsvSource({"/p/1, 1", "/p/12, 1", "/p/a, 2", "/p/, 0"})
    void triesPatternsAsInsertedAndThenTheRouteWithoutOne(String path, long row) {
        RouteTable table = Tables.of(true, "/p/", "/p/([0-9]+)", "/p/(.)", "/p/", "/p/([0-9]+)$");
        assertEquals(row, Tables.find(table, path));
        assertEquals(1, table.problems().size(), "the second route without a pattern");
    }

    @Test
    void findsNothingByTheBeginningOfAPrefix() {
        assertEquals(-1, Tables.find(Tables.of(true, "/images/", "/users"), "/us"));
        assertEquals(-1, Tables.find(Tables.of(true, "/images/", "/users"), "/"));
    }

    @Test
    void triesRoutesThatBeginWithTheirPatternLast() {
        RouteTable table = Tables.of(true, "(/[0-9]+)$", "/1", "(/.*/x)$");
        assertEquals(1, Tables.find(table, "/12"));
        assertEquals(0, Tables.find(table, "/22"));
        assertEquals(2, Tables.find(table, "/22/x"));
        assertEquals(-1, Tables.find(table, "/22/y"));
    }

    private static RouteTable hosts(String... matchings) {
        dev.lurcher.broker.config.Host[] hosts = new dev.lurcher.broker.config.Host[matchings.length + 1];
        hosts[0] = Tables.host(0, "default", "/");
        for (int i = 1; i < hosts.length; i++) {
            hosts[i] = Tables.host(i, matchings[i - 1], "/");
        }
        return RouteTable.of(Tables.server("default", hosts), true);
    }

    @ParameterizedTest
    @CsvSource({
        "example.com, 1",
        "EXAMPLE.com:8080, 1",
        "a.example.com, 1",
        "notexample.com, 0",
        "com, 0",
        "a.b.net, 2",
        "b.net, 0",
        "[::1]:80, 3",
        "[1::1], 0",
        "'', 0"
    })
    void matchesWholeLabelsOfAHostName(String name, long row) {
        assertEquals(row, Tables.host(hosts("Example.COM", ".b.net", "[::1]"), name));
    }

    @ParameterizedTest
    @CsvSource({
        "Xfoo, 1",
        "XXXfoo, 1",
        "YYYfoo, 0",
        "a.foo, 0",
        "shop12.example.com, 2",
        "www.example.com, 3",
        "w.w.example.com, 3",
        "example.com, 3",
        "shop1xexample.com, 0"
    })
    void fallsBackToAShorterSuffix(String name, long row) {
        assertEquals(row, Tables.host(hosts("(X+)foo", "(shop[0-9]+).example.com", "example.com"), name));
    }

    @Test
    void triesAPatternWithoutLiteralLast() {
        RouteTable table = hosts("(.+)", "example.com");
        assertEquals(2, Tables.host(table, "www.example.com"));
        assertEquals(1, Tables.host(table, "notexample.com"));
        assertEquals(0, Tables.host(table, ""));
    }
}
