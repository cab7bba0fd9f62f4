package dev.lurcher.broker.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Choice of the host in Mongrel2's way: the tables of mongrel2-compat.md 6.4, and what is different on purpose. */
class Mongrel2HostsTest {
    private static RouteTable table(String defaultHost, String... matchings) {
        dev.lurcher.broker.config.Host[] hosts = new dev.lurcher.broker.config.Host[matchings.length];
        for (int i = 0; i < hosts.length; i++) {
            hosts[i] = Tables.host(i + 1, matchings[i], "/");
        }
        return RouteTable.of(Tables.server(defaultHost, hosts), false);
    }

    @ParameterizedTest
    @CsvSource({
        "Xfoo, 1",
        "XXXXXXXXXfoo, 1",
        "moo, 2",
        "fio, 3",
        "YYYfoo, 4",
        "XXX.stuff.foo, 4",
        "XXXoo, 4",
        "foo, 4",
        "o, 4"
    })
    void findsWhatMongrel2Finds(String name, long row) {
        assertEquals(row, Tables.host(table("default", "(X+)foo", "moo", "fio", "default"), name));
    }

    @ParameterizedTest
    @CsvSource({"example.com, 1", "a.example.com:80, 1", "notexample.com, 1", "com, 1", "example.org, 2", "'', 2"})
    void matchesSuffixesWithoutRegardToDots(String name, long row) {
        assertEquals(row, Tables.host(table("localhost", "example.com", "localhost"), name));
    }

    @Test
    void takesTheDefaultHostForUnknownNamesAndNone() {
        RouteTable table = table("zedshaw.com", "zedshaw.com");
        assertEquals(1, Tables.host(table, "NOWAY"));
        assertSame(table.defaultHost(), table.host(null));
    }

    /** Mongrel2 sends these to the default host. */
    @ParameterizedTest
    @CsvSource({
        "EXAMPLE.COM, 1",
        "A.Example.Com:443, 1",
        "[::1]:80, 3",
        "[::1], 3",
        "[2001:DB8::a]:8080, 4",
        "[2001:db8::b], 5"
    })
    void ignoresCaseAndKnowsAddressLiterals(String name, long row) {
        RouteTable table = table("default", "Example.com", "(XYZ)foo", "[::1]", "2001:db8::A", "default");
        assertEquals(row, Tables.host(table, name));
        assertEquals(2, Tables.host(table, "xyzFOO"));
    }

    @Test
    void takesTheLongestSuffix() {
        RouteTable table = table("com", "com", "example.com", "www.example.com");
        assertEquals(3, Tables.host(table, "www.example.com"));
        assertEquals(2, Tables.host(table, "ftp.example.com"));
        assertEquals(1, Tables.host(table, "example.net.com"));
    }

    @Test
    void looksAtTheFirstOfSeveralHostsWithTheSameSuffixOnly() {
        RouteTable table = table("d", "([a-z]+).org", "([0-9]+).org", ".ORG", "d");
        assertEquals(1, Tables.host(table, "abc.org"));
        assertEquals(4, Tables.host(table, "123.org"));
        assertEquals(2, table.problems().size());
        assertEquals(
                "host 2 (matching \"([0-9]+).org\") is never reached: another row with the same literal part comes"
                        + " before it; remove one of the two",
                table.problems().get(0).text());
    }

    @Test
    void findsAHostOfNothingButAPatternAsDefaultHostOnly() {
        RouteTable asDefault = table("(.+)", "example.com", "(.+)");
        assertEquals(2, Tables.host(asDefault, "other.net"));
        assertTrue(asDefault.problems().isEmpty(), () -> asDefault.problems().toString());
        RouteTable elsewhere = table("example.com", "example.com", "(.+)");
        assertEquals(1, Tables.host(elsewhere, "other.net"));
        assertEquals(RouteProblem.Kind.NO_LITERAL, elsewhere.problems().get(0).kind());
    }

    @Test
    void reportsAMatchingThatCannotBeRead() {
        RouteTable table = table("d", "([a-z)foo", "d");
        assertEquals(2, Tables.host(table, "afoo"));
        assertEquals(
                "host 1 (matching \"([a-z)foo\") cannot be read: \"([a-z)foo\" has a [ without a ], at position 1",
                table.problems().get(0).text());
    }

    @Test
    void wantsADefaultHost() {
        IllegalArgumentException thrown =
                assertThrows(IllegalArgumentException.class, () -> table("missing", "example.com"));
        assertEquals("no host is named \"missing\", as server.default_host says", thrown.getMessage());
    }
}
