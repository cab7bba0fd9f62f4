package dev.lurcher.broker.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestTest {
    @Test
    void holdsWhatTheClientSent() {
        Request request = request(
                "POST /a/b?c=%20d&e#f HTTP/1.1\\r\\nHost: EX.com:81\\r\\nX-Odd: \\xe4 \\r\\nContent-Length: 7\\r\\n\\r\\n");
        assertEquals("POST", request.method());
        assertEquals("/a/b", request.path());
        assertEquals("/a/b?c=%20d&e", request.uri());
        assertEquals("c=%20d&e", request.query());
        assertEquals("f", request.fragment());
        assertEquals("HTTP/1.1", request.version());
        assertEquals("ex.com", request.host());
        assertEquals(7, request.contentLength());
        assertEquals(3, request.fieldCount());
        assertEquals("host", request.fieldName(0).toString());
        assertEquals("EX.com:81", request.fieldValue(0));
        assertEquals("X-Odd", request.fieldName(1).toString());
        assertEquals("\u00e4", request.fieldValue(1));
        assertEquals("7", request.field("CONTENT-length"));
        assertNull(request.field("x-none"));
    }

    @Test
    void keepsRepeatedFieldsInTheirOrder() {
        Request request = request("GET / HTTP/1.1\\r\\nX: 1\\r\\nHost: a\\r\\nx: 2\\r\\nX: 3\\r\\n\\r\\n");
        assertEquals("1", request.field("x"));
        assertEquals("1", request.fieldValue(0));
        assertEquals("2", request.fieldValue(2));
        assertEquals("3", request.fieldValue(3));
    }

    @Test
    void showsTheAuthorityOfTheTargetInPlaceOfHost() {
        Request request = request("GET http://Real:8080/x HTTP/1.1\\r\\nHost: other\\r\\n\\r\\n");
        assertEquals("real", request.host());
        assertEquals("Real:8080", request.field("host"));
        assertEquals("/x", request.uri());
    }

    @Test
    void addsNoHostFieldToHttp10() {
        Request request = request("GET http://real/x HTTP/1.0\\r\\n\\r\\n");
        assertEquals("real", request.host());
        assertEquals(0, request.fieldCount());
    }

    @Test
    void takesWhatTheConnectionKnows() {
        Request request = request("GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n");
        request.from("https", "10.0.0.1", null);
        request.routed("/pat/([0-9]+)$");
        assertEquals("https", request.scheme());
        assertEquals("10.0.0.1", request.remoteAddress());
        assertNull(request.forwardedFor());
        assertEquals("/pat/([0-9]+)$", request.pattern());
        request.from("http", "10.0.0.1", "10.0.0.1");
        assertEquals("10.0.0.1", request.forwardedFor());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "true  | HTTP/1.1 | X: y",
                "true  | HTTP/1.1 | Connection: keep-alive",
                "true  | HTTP/1.1 | Connection: closed, not-close, clo se",
                "false | HTTP/1.1 | Connection: close",
                "false | HTTP/1.1 | connection:CLOSE",
                "false | HTTP/1.1 | Connection: keep-alive ,\\t close ",
                "false | HTTP/1.1 | Connection: close,",
                "false | HTTP/1.1 | Connection: x\\r\\nConnection: close",
                "false | HTTP/1.0 | X: y",
                "false | HTTP/1.0 | Connection: keep-alive",
            })
    void saysWhetherTheConnectionStays(boolean expected, String version, String field) {
        assertEquals(
                expected,
                request("GET / " + version + "\\r\\nHost: a\\r\\n" + field + "\\r\\n\\r\\n")
                        .keepAlive());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "true  | HTTP/1.1 | Expect: 100-continue\\r\\nContent-Length: 5",
                "true  | HTTP/1.1 | Expect: 100-Continue\\r\\nTransfer-Encoding: chunked",
                "false | HTTP/1.1 | Content-Length: 5",
                "false | HTTP/1.1 | Expect: 100-continue\\r\\nContent-Length: 0",
                "false | HTTP/1.1 | Expect: 100-continue",
                "false | HTTP/1.0 | Expect: 100-continue\\r\\nContent-Length: 5",
            })
    void saysWhetherTheClientWaitsForContinue(boolean expected, String version, String fields) {
        assertEquals(
                expected,
                request("POST / " + version + "\\r\\nHost: a\\r\\n" + fields + "\\r\\n\\r\\n")
                        .expectsContinue());
    }

    @Test
    void knowsChunkedContentAndHead() {
        assertEquals(
                Request.CHUNKED,
                request("POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n")
                        .contentLength());
        assertEquals(0, request("GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n").contentLength());
        assertTrue(request("HEAD / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n").isHead());
        assertFalse(request("head / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n").isHead());
    }

    @Test
    void knowsTheHostAfterAnotherRequestNamedAnother() {
        try (DecoderRig rig = new DecoderRig(HttpLimits.DEFAULT, false, DecoderRig.Pace.RUNNING)) {
            for (String host : new String[] {"A:1", "A:1", "b", "A:1", "[::1]:2"}) {
                rig.receive("GET / HTTP/1.1\\r\\nHost: " + host + "\\r\\n\\r\\n");
            }
            rig.receive("GET / HTTP/1.1\\r\\nHost: a,b\\r\\n\\r\\n");
            assertEquals("GET / @a ; GET / @a ; GET / @b ; GET / @a ; GET / @[::1] ; 400", rig.verdict());
        }
    }

    private static Request request(String text) {
        try (DecoderRig rig = new DecoderRig(HttpLimits.DEFAULT, false, DecoderRig.Pace.RUNNING)) {
            rig.receive(text);
            return rig.requests().get(0);
        }
    }
}
