package dev.lurcher.broker.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Routing in Mongrel2's way: the tables of mongrel2-compat.md 6.2, row by row. */
class Mongrel2RoutesTest {
    private static final RouteTable USERS =
            Tables.of(false, "/", "/users/([0-9]+)", "/users", "/users/people/([0-9]+)$", "/cars-fast/([a-z]-)$");

    @ParameterizedTest
    @CsvSource({
        "/users/1234/testing, 1",
        "/users, 2",
        "/users/people/1234, 3",
        "/cars-fast/cadillac, 4",
        "/users/1234, 1",
        "/, 0",
        "/users/, -1",
        "/usersBLAAHAHAH, 2",
        "/us, 2",
        "/c, -1",
        "/cars, -1",
        "/users/people, -1",
        "/users/p, -1",
        "/users/people/1234/notgonnawork, -1",
        "/x, 0",
        "x, -1",
        "'', -1"
    })
    void findsWhatMongrel2Finds(String path, long row) {
        assertEquals(row, Tables.find(USERS, path));
    }

    @ParameterizedTest
    @CsvSource({"/img/foo.jpg, 1", "/img/foo.png, 2", "/img/foo.bmp, -1", "/img/, -1", "/img, -1", "/im, -1", "/x, 0"})
    void triesRoutesOfTheSamePrefixButNoShorterOne(String path, long row) {
        assertEquals(row, Tables.find(Tables.of(false, "/", "/img/(.*).jpg$", "/img/(.*).png$"), path));
    }

    @ParameterizedTest
    @CsvSource({"/, 0", "/us, 1", "/i, 0", "/usex, -1", "/XRAY, -1"})
    void findsLongerRoutesByShortPaths(String path, long row) {
        assertEquals(row, Tables.find(Tables.of(false, "/images/", "/users"), path));
    }

    @ParameterizedTest
    @CsvSource({"/, 0", "/a, 1", "/abc, 2", "/ac, -1"})
    void descendsToTheEarliestInserted(String path, long row) {
        assertEquals(row, Tables.find(Tables.of(false, "/b", "/a/b", "/ab"), path));
    }

    @ParameterizedTest
    @CsvSource({"/, 0", "/a, 0"})
    void descendsToTheEarliestInsertedInAnotherOrder(String path, long row) {
        assertEquals(row, Tables.find(Tables.of(false, "/ab", "/a/b", "/b"), path));
    }

    @ParameterizedTest
    @CsvSource({"/, 0", "/a, 0", "/ab, 0", "/abx, 1", "/abcd, 0", "/aby, -1", "/ax, 2", "/abc, 0", "/z, 3"})
    void keepsTheAgeOfChildrenWhenAnEdgeIsSplit(String path, long row) {
        assertEquals(row, Tables.find(Tables.of(false, "/abcd", "/abxy", "/ax", "/z"), path));
    }

    @ParameterizedTest
    @CsvSource({"/, 2", "/a, 2", "/ab, 2", "/abc, 0", "/abx, 1", "/aby, 2"})
    void stopsDescendingAtTheFirstPrefix(String path, long row) {
        assertEquals(row, Tables.find(Tables.of(false, "/abcd", "/abxy", "/ab", "/z"), path));
    }

    @ParameterizedTest
    @CsvSource({"/users, 0", "/users/, -1", "/users/1, -1"})
    void matchesExactlyWithAnEmptyPatternAndADollarSign(String path, long row) {
        assertEquals(row, Tables.find(Tables.of(false, "/users()$"), path));
    }

    @ParameterizedTest
    @CsvSource({"/p/1, 0", "/p/12, 3", "/p/ab, 2", "/p/a, 1", "/p/-, -1", "/p, -1"})
    void triesTheFirstInsertedAndThenTheOthersBackwards(String path, long row) {
        RouteTable table = Tables.of(false, "/p/([0-9])$", "/p/([a-z])", "/p/([a-z][a-z])", "/p/([0-9]+)$");
        assertEquals(row, Tables.find(table, path));
    }

    @Test
    void letsAFirstRouteWithoutPatternAlwaysWin() {
        RouteTable table = Tables.of(false, "/p/", "/p/([0-9]+)$", "/p/");
        assertEquals(0, Tables.find(table, "/p/1"));
        assertEquals(
                List.of(RouteProblem.Kind.SHADOWED, RouteProblem.Kind.SHADOWED),
                table.problems().stream().map(RouteProblem::kind).toList());
    }

    @Test
    void letsALaterRouteWithoutPatternMatchEverythingInItsTurn() {
        RouteTable table = Tables.of(false, "/p/([0-9]+)$", "/p/([a-z]+)$", "/p/", "/p/(X)");
        assertEquals(0, Tables.find(table, "/p/1"));
        assertEquals(3, Tables.find(table, "/p/X"));
        assertEquals(2, Tables.find(table, "/p/a"), "row 1 stands behind row 2 in the chain");
        assertEquals(-1, Tables.find(table, "/p"), "but not of a path that is shorter than the prefix");
        assertEquals(
                List.of(
                        "route 1 (path \"/p/([a-z]+)$\") of host \"localhost\" is never reached: another row with the same"
                                + " literal part comes before it; remove one of the two"),
                table.problems().stream().map(RouteProblem::text).toList());
    }

    @Test
    void leavesOutRoutesThatBeginWithTheirPattern() {
        RouteTable table = Tables.of(false, "(.*)", "", "/a");
        assertEquals(-1, Tables.find(table, "/b"));
        assertEquals(2, Tables.find(table, "/"));
        assertEquals(
                List.of(RouteProblem.Kind.NO_LITERAL, RouteProblem.Kind.NO_LITERAL),
                table.problems().stream().map(RouteProblem::kind).toList());
    }

    @Test
    void neverMatchesAPatternThatCannotBeReadAndReportsIt() {
        RouteTable table = Tables.of(false, "/", "/a/([a-z)", "/a/([0-9])");
        assertEquals(-1, Tables.find(table, "/a/a"));
        assertEquals(2, Tables.find(table, "/a/1"));
        RouteProblem problem = table.problems().get(0);
        assertEquals(1, table.problems().size());
        assertEquals(RouteProblem.Kind.UNREADABLE_PATTERN, problem.kind());
        assertEquals(
                "route 1 (path \"/a/([a-z)\") of host \"localhost\" cannot be read:"
                        + " \"/a/([a-z)\" has a [ without a ], at position 4",
                problem.text());
    }

    @Test
    void comparesBytes() {
        RouteTable table = Tables.of(false, "/\u00fc", "/\u00e4(.)$");
        assertEquals(0, Tables.find(table, "/\u00c3\u00bc"), "the bytes of the letter in UTF-8");
        assertEquals(-1, Tables.find(table, "/\u00fc"));
        assertEquals(1, Tables.find(table, "/\u00c3\u00a4\u00ff"));
        assertNull(table.defaultHost().find("/\u00c3\u00a4\u00ff\u00ff"));
    }
}
