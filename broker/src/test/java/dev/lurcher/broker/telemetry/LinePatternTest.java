package dev.lurcher.broker.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinePatternTest {
    /** Sat, 21 Nov 2026 08:13:53.007 GMT. */
    private static final long START_MILLIS = 1_795_248_833_007L;

    private static String line(String pattern, LoggedExchange exchange) {
        Line line = new Line();
        new AccessStyle(AccessFormat.PATTERN, pattern, AccessFilter.ALL, "m\u00fcin")
                .lines()
                .write(exchange, START_MILLIS, line);
        return new String(line.array(), line.start(), line.length(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{time}|2026-11-21T08:13:53.007Z",
                "[{apache_time}]|[21/Nov/2026:08:13:53 +0000]",
                "{epoch}|1795248833",
                "{server} {host} {route}|m\u00fcin localhost /j/([0-9]+)",
                "{remote}:{port}|127.0.0.1:38700",
                "{method} {path} {query} {uri} {version}|GET /j/1 - /j/1 HTTP/1.1",
                "{referer} {user_agent}|- curl/8",
                "{status} {bytes} {duration_us} {duration_s} {queue_us}|200 1234 2500042 2.500042 17",
                "{handler} {worker} {tries} {connection} {request} {trace} {reason}|hello - 0 5 80000000000000ff - -",
                "{{status} {{{{|{status} {{",
                "nothing but text|nothing but text"
            })
    void writesWhatEachNameStandsFor(String pattern, String expected) {
        assertEquals(expected + "\n", line(pattern, Logged.GET));
    }

    @Test
    void escapesWhatAClientChooses() {
        assertEquals("\"\\\"\\x0a\\\\\" /?a b\n", line("\"{method}\" {uri}", Logged.of("\"\n\\", "/", "a b")));
    }

    @Test
    void knowsEveryName() {
        String all = Arrays.stream(LinePattern.Name.values())
                .map(name -> "{" + name.key() + "}")
                .collect(Collectors.joining(" "));
        // The time of Apache has a blank in it.
        assertEquals(
                LinePattern.Name.values().length + 1,
                line(all, Logged.ended(200, 1)).split(" ").length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{}", "{nothing}", "{status", "a\nb", "{status }"})
    void refusesWhatCannotBeRead(String pattern) {
        TelemetryException thrown = assertThrows(TelemetryException.class, () -> LinePattern.of(pattern));
        assertEquals(TelemetryException.Code.BAD_PATTERN, thrown.code());
        assertTrue(String.valueOf(thrown.getMessage()).contains("Fix: write text with any of {time} "));
    }
}
