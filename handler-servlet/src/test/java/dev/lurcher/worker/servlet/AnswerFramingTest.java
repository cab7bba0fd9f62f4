package dev.lurcher.worker.servlet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AnswerFramingTest {
    @Test
    void countsContentThatIsAllThere() {
        AnswerFraming framing = new AnswerFraming(true, false, false);
        assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", octets(framing, response(200), true, "hi"));
        assertFalse(framing.closes());
    }

    @Test
    void sendsChunksWhereTheLengthIsNotKnown() {
        AnswerFraming framing = new AnswerFraming(true, false, false);
        assertEquals(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n",
                octets(framing, response(200), false, "hi"));
        assertEquals("", octets(framing, null, false, ""));
        assertEquals("3\r\nyou\r\n0\r\n\r\n", octets(framing, null, true, "you"));
    }

    @Test
    void endsWithTheConnectionForAnOldClient() {
        AnswerFraming framing = new AnswerFraming(false, false, true);
        assertEquals("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhi", octets(framing, response(200), false, "hi"));
        assertTrue(framing.isUnbounded());
        assertTrue(framing.closes());
    }

    @Test
    void leavesContentOutWhereThereMustNotBeAny() {
        assertEquals(
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n",
                octets(new AnswerFraming(true, true, false), response(200), true, "hi"));
        assertEquals(
                "HTTP/1.1 204 No Content\r\n\r\n",
                octets(new AnswerFraming(true, false, false), response(204, "Content-Length", "0"), true, ""));
        assertEquals(
                "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n",
                octets(new AnswerFraming(true, false, false), response(304, "Content-Length", "7"), true, ""));
    }

    @Test
    void closesWhereTheApplicationWantsThat() {
        AnswerFraming framing = new AnswerFraming(true, false, false);
        assertEquals(
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                octets(framing, response(200, "Connection", "close"), true, ""));
        assertTrue(framing.closes());
        assertFalse(framing.isUnbounded());
    }

    @Test
    void sendsInterimResponsesButTheBrokersOwn() {
        AnswerFraming framing = new AnswerFraming(true, false, false);
        assertEquals("", octets(framing, response(100), false, ""));
        assertEquals(
                "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n",
                octets(framing, response(103, "Link", "</a>"), false, ""));
        assertFalse(framing.isBegun());
    }

    @Test
    void letsNoFieldBreakTheAnswer() {
        assertEquals(
                "HTTP/1.1 200 OK\r\nX-A: 1  Set-Cookie: a ?\r\nContent-Length: 0\r\n\r\n",
                octets(
                        new AnswerFraming(true, false, false),
                        response(200, "X-A", "1\r\nSet-Cookie: a \u20ac"),
                        true,
                        ""));
    }

    private static MetaData.Response response(int status, String... fields) {
        HttpFields.Mutable all = HttpFields.build();
        for (int i = 0; i < fields.length; i += 2) {
            all.add(fields[i], fields[i + 1]);
        }
        return new MetaData.Response(status, null, HttpVersion.HTTP_1_1, all);
    }

    private static String octets(
            AnswerFraming framing, MetaData.@Nullable Response response, boolean last, String content) {
        return new String(framing.octets(response, last, ByteBuffer.wrap(content.getBytes(ISO_8859_1))), ISO_8859_1);
    }
}
