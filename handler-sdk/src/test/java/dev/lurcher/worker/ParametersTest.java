package dev.lurcher.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParametersTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a=1&b=2 | [Parameter[name=a, value=1], Parameter[name=b, value=2]]",
                "a&b= | [Parameter[name=a, value=], Parameter[name=b, value=]]",
                "&&a=1& | [Parameter[name=a, value=1]]",
                "=1 | [Parameter[name=, value=1]]",
                "a=b=c | [Parameter[name=a, value=b=c]]",
                "a+b=c+d | [Parameter[name=a b, value=c d]]",
                "%61=%2B%26 | [Parameter[name=a, value=+&]]",
                "a=%zz%4 | [Parameter[name=a, value=%zz%4]]",
                "'' | []",
            })
    void decodesQueries(String query, String expected) {
        assertEquals(expected, Parameters.decode(query).toString());
    }

    @Test
    void decodesUtf8() {
        assertEquals(
                "gr\u00fcn \u20ac", Parameters.decode("c=gr%C3%BCn+%e2%82%ac").first("c"));
        assertEquals("gr\u00fcn", Parameters.decode("c=gr\u00c3\u00bcn").first("c"));
    }

    @Test
    void keepsRepeatedOnesInOrder() {
        Parameters parameters = Parameters.decode("b=1&a=2&b=3");
        assertEquals(List.of("1", "3"), parameters.all("b"));
        assertEquals("1", parameters.first("b"));
        assertNull(parameters.first("B"));
        assertEquals(List.of(), parameters.all("c"));
        assertEquals(Set.of("b", "a"), parameters.names());
        assertEquals(3, parameters.size());
    }

    @Test
    void refusesAFlood() {
        ResponseException refusal = assertThrows(ResponseException.class, () -> Parameters.decode("a&".repeat(10_001)));
        assertEquals(400, refusal.response().status());
        assertEquals(10_000, Parameters.decode("a&".repeat(10_000)).size());
    }

    @Test
    void readsCookies() {
        Parameters cookies = Parameters.cookies(List.of("a=1; b=\"two\";c=", "a=3; bad; =worse"));
        assertEquals("1", cookies.first("a"));
        assertEquals(List.of("1", "3"), cookies.all("a"));
        assertEquals("two", cookies.first("b"));
        assertEquals("", cookies.first("c"));
        assertEquals(4, cookies.size());
    }
}
