package dev.lurcher.broker.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AccessFormatTest {
    /** Sat, 21 Nov 2026 08:13:53.007 GMT. */
    private static final long START_MILLIS = 1_795_248_833_007L;

    /** Every byte there is. */
    private static final String ALL_BYTES = allBytes();

    private static byte[] bytes(AccessFormat format, LoggedExchange exchange) {
        Line line = new Line();
        AccessStyle.all(format, "ma\"in").lines().write(exchange, START_MILLIS, line);
        return java.util.Arrays.copyOfRange(line.array(), line.start(), line.end());
    }

    private static String line(AccessFormat format, LoggedExchange exchange) {
        return new String(bytes(format, exchange), StandardCharsets.ISO_8859_1);
    }

    /** The line of mongrel2-compat.md 11.3, with other numbers at its end. */
    @Test
    void writesMongrel2sFormat() {
        assertEquals(
                "83:9:localhost,9:127.0.0.1,5:38700#10:1795248833#3:GET,4:/j/1,8:HTTP/1.1,3:200#4:1234#]\n",
                line(AccessFormat.MONGREL2, Logged.of("GET", "/j/1", "q=1")));
        assertEquals(
                "55:9:localhost,3:::1,1:5#10:1795248833#0:,0:,0:,3:400#1:0#]\n",
                line(AccessFormat.MONGREL2, Logged.unreadable()));
    }

    @Test
    void writesTheCombinedFormat() {
        assertEquals(
                "127.0.0.1 - - [21/Nov/2026:08:13:53 +0000] \"GET /j/1?q=1 HTTP/1.1\" 200 1234 \"-\" \"curl/8\" 2.500042\n",
                line(AccessFormat.COMBINED, Logged.of("GET", "/j/1", "q=1")));
        assertEquals(
                "127.0.0.1 - - [21/Nov/2026:08:13:53 +0000] \"GET /j/1 HTTP/1.1\" 200 1234 \"http://a/\\\"\\\\\" \"-\""
                        + " 2.500042\n",
                line(AccessFormat.COMBINED, Logged.GET.with("http://a/\"\\", "")));
        assertEquals(
                "::1 - - [21/Nov/2026:08:13:53 +0000] \"-\" 400 0 \"-\" \"-\" 0.000090\n",
                line(AccessFormat.COMBINED, Logged.unreadable()));
    }

    @Test
    void writesTheCommonFormat() {
        assertEquals(
                "127.0.0.1 - - [21/Nov/2026:08:13:53 +0000] \"GET /j/1?q=1 HTTP/1.1\" 200 1234\n",
                line(AccessFormat.COMMON, Logged.of("GET", "/j/1", "q=1")));
    }

    @Test
    void writesAPatternOfOnesOwn() {
        assertEquals(
                "2026-11-21T08:13:53.007Z 127.0.0.1 localhost \"GET /j/1?q=1 HTTP/1.1\" 200 1234 2.500042 17 hello"
                        + " 80000000000000ff -\n",
                line(AccessFormat.PATTERN, Logged.of("GET", "/j/1", "q=1")));
    }

    @Test
    void writesJson() {
        assertEquals(
                "{\"time\":\"2026-11-21T08:13:53.007Z\",\"server\":\"ma\\\"in\",\"host\":\"localhost\","
                        + "\"route\":\"/j/([0-9]+)\",\"remote\":\"127.0.0.1\",\"method\":\"GET\",\"path\":\"/j/1\","
                        + "\"query\":\"q=1\",\"version\":\"HTTP/1.1\",\"status\":200,\"bytes\":1234,\"duration_us\":2500042,"
                        + "\"queue_us\":17,\"handler\":\"hello\",\"connection\":5,\"request\":\"80000000000000ff\","
                        + "\"reason\":null}\n",
                line(AccessFormat.JSON, Logged.of("GET", "/j/1", "q=1")));
        assertEquals(
                "{\"time\":\"2026-11-21T08:13:53.007Z\",\"server\":\"ma\\\"in\",\"host\":\"localhost\",\"route\":null,"
                        + "\"remote\":\"::1\",\"method\":null,\"path\":null,\"query\":null,\"version\":null,\"status\":400,"
                        + "\"bytes\":0,\"duration_us\":90,\"queue_us\":0,\"handler\":null,\"connection\":0,"
                        + "\"request\":\"0000000000000001\",\"reason\":\"bad_request\"}\n",
                line(AccessFormat.JSON, Logged.unreadable()));
        assertTrue(line(AccessFormat.JSON, Logged.of("GET", "/", "")).contains("\"query\":\"\","));
    }

    /** The client chooses method, path, query, referer and agent. */
    @ParameterizedTest
    @EnumSource(AccessFormat.class)
    void letsNoClientEndTheLine(AccessFormat format) {
        byte[] line = bytes(format, Logged.of(ALL_BYTES, ALL_BYTES, ALL_BYTES).with(ALL_BYTES, ALL_BYTES));
        for (int i = 0; i < line.length - 1; i++) {
            assertFalse((line[i] & 0xff) < 0x20 || line[i] == 0x7f, "a control at " + i);
        }
        assertEquals('\n', line[line.length - 1]);
    }

    @Test
    void keepsTheLengthsOfNetstringsRightWhateverIsInThem() {
        byte[] line = bytes(AccessFormat.MONGREL2, Logged.of("A\nB", ALL_BYTES, null));
        List<String> values = netstrings(line);
        assertEquals(9, values.size());
        assertEquals("A\\x0aB", values.get(4));
        assertEquals(256 + 33 * 3, values.get(5).length());
        assertTrue(values.get(5).endsWith("\u00fe\u00ff"));
    }

    /** Reads the list, checking every length. */
    private static List<String> netstrings(byte[] line) {
        String text = new String(line, StandardCharsets.ISO_8859_1);
        int colon = text.indexOf(':');
        int end = colon + 1 + Integer.parseInt(text.substring(0, colon));
        assertEquals("]\n", text.substring(end));
        List<String> values = new ArrayList<>();
        for (int at = colon + 1; at < end; ) {
            int next = text.indexOf(':', at);
            int length = Integer.parseInt(text.substring(at, next));
            values.add(text.substring(next + 1, next + 1 + length));
            at = next + 1 + length;
            assertTrue(text.charAt(at) == ',' || text.charAt(at) == '#');
            at++;
        }
        return values;
    }

    @Test
    void letsNoClientLeaveTheQuotes() {
        String line = line(
                AccessFormat.COMBINED, Logged.of("GET", "/\" 200 5 \"x", "a\\").with("\\", "\""));
        assertEquals(
                "127.0.0.1 - - [21/Nov/2026:08:13:53 +0000] \"GET /\\\" 200 5 \\\"x?a\\\\ HTTP/1.1\" 200 1234 \"\\\\\""
                        + " \"\\\"\" 2.500042\n",
                line);
        assertTrue(line(AccessFormat.COMBINED, Logged.of("GET", "/\u00fc\u009b", null))
                .contains("/\\xfc\\x9b "));
    }

    @Test
    void writesStrictJsonWhateverIsInIt() throws IOException {
        byte[] line = bytes(AccessFormat.JSON, Logged.of("GET", ALL_BYTES, ALL_BYTES));
        JsonNode read = new ObjectMapper().readTree(line);
        assertEquals(ALL_BYTES, read.get("path").asText());
        assertEquals(ALL_BYTES, read.get("query").asText());
        String text = new String(line, StandardCharsets.UTF_8);
        assertTrue(text.contains("\\u009b") && text.contains("\\u007f"), "controls of both sets are escaped");
        Logged beyond = Logged.of("GET", "/\u20ac\ud83d\ude00", null);
        assertEquals(
                "/\u20ac\ud83d\ude00",
                new ObjectMapper()
                        .readTree(bytes(AccessFormat.JSON, beyond))
                        .get("path")
                        .asText());
    }

    @ParameterizedTest
    @EnumSource(AccessFormat.class)
    void cutsWhatIsVeryLong(AccessFormat format) {
        String path = "/".repeat(Line.MOST_CHARS + 1);
        int length = line(format, Logged.of("GET", path, null)).length();
        assertTrue(length > Line.MOST_CHARS && length < Line.MOST_CHARS + 500, () -> "length " + length);
    }

    @Test
    void knowsItsNames() {
        for (AccessFormat format : AccessFormat.values()) {
            assertEquals(format, AccessFormat.of(format.settingName()));
        }
        TelemetryException thrown = assertThrows(TelemetryException.class, () -> AccessFormat.of("JSON"));
        assertEquals(TelemetryException.Code.UNKNOWN_FORMAT, thrown.code());
        assertEquals(
                "access_log.format is \"JSON\". Fix: write one of mongrel2, common, combined, json, pattern",
                thrown.getMessage());
    }

    private static String allBytes() {
        StringBuilder all = new StringBuilder();
        for (char c = 0; c < 256; c++) {
            all.append(c);
        }
        return all.toString();
    }
}
