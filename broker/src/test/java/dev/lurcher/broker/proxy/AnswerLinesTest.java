package dev.lurcher.broker.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.proxy.AnswerLines.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerLinesTest {
    private static final byte[] DATE = "Sun, 06 Nov 1994 08:49:37 GMT".getBytes(ISO_8859_1);

    private static UpstreamHead head(String lines) {
        return UpstreamHead.read((lines + "\r\n").getBytes(ISO_8859_1));
    }

    private static String written(String lines, Framing framing, boolean close) {
        ByteBuf out = Unpooled.buffer();
        AnswerLines.head(out, head(lines), framing, close, DATE);
        return out.toString(ISO_8859_1);
    }

    @Test
    void keepsStatusReasonAndFieldsInTheirOrder() {
        assertEquals(
                "HTTP/1.1 299 Fine \u00e9\r\nDate: now\r\nSet-Cookie: a\r\nX: b\r\nSet-Cookie: c\r\nContent-Length: 5\r\n\r\n",
                written(
                        "HTTP/1.0 299 Fine \u00e9\r\nDate: now\r\nSet-Cookie: a\r\nContent-Length: 5\r\nX:b \r\nSet-Cookie: c\r\n",
                        Framing.LENGTH,
                        false));
    }

    @Test
    void saysTheDateWhereTheUpstreamDoesNot() {
        assertEquals(
                "HTTP/1.1 204 \r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n",
                written("HTTP/1.1 204\r\n", Framing.BARE, false));
    }

    @Test
    void dropsFieldsThatConcernTheConnectionOnly() {
        assertEquals(
                "HTTP/1.1 200 OK\r\nDate: d\r\nX-Kept: 1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
                written(
                        "HTTP/1.1 200 OK\r\nDate: d\r\nConnection: keep-alive, x-own\r\nKeep-Alive: timeout=5\r\nX-Own: 1\r\n"
                                + "X-Kept: 1\r\nUpgrade: h2c\r\nProxy-Connection: x\r\nTransfer-Encoding: chunked\r\n",
                        Framing.CHUNKED,
                        true));
    }

    @Test
    void tellsOfTrailersOnlyWhereTheyFollow() {
        String lines = "HTTP/1.1 200 OK\r\nDate: d\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n";
        assertTrue(written(lines, Framing.CHUNKED, false).contains("Trailer: X-Sum\r\n"));
        assertFalse(written(lines, Framing.UNTIL_CLOSE, true).contains("Trailer"));
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1 200 OK|Content-Length: 1, false, false, LENGTH",
        "HTTP/1.1 200 OK|Content-Length: 1, true, false, BARE",
        "HTTP/1.1 200 OK|Content-Length: 1, false, true, LENGTH",
        "HTTP/1.1 200 OK|Transfer-Encoding: chunked, false, false, CHUNKED",
        "HTTP/1.1 200 OK|Transfer-Encoding: chunked, false, true, UNTIL_CLOSE",
        "HTTP/1.1 200 OK|X: y, false, false, CHUNKED",
        "HTTP/1.0 200 OK|X: y, false, true, UNTIL_CLOSE",
        "HTTP/1.1 304 Same|Content-Length: 1, false, false, BARE",
        "HTTP/1.1 204 None|X: y, false, true, BARE",
    })
    void framesTheAnswerForItsClient(String lines, boolean toHead, boolean toHttp10, Framing framing) {
        assertEquals(framing, AnswerLines.framing(head(lines.replace("|", "\r\n") + "\r\n"), toHead, toHttp10));
    }

    @Test
    void tellsTheLengthOfContentThatDoesNotCome() {
        String lines = "HTTP/1.1 304 Same\r\nDate: d\r\nContent-Length: 9\r\n";
        assertEquals("HTTP/1.1 304 Same\r\nDate: d\r\nContent-Length: 9\r\n\r\n", written(lines, Framing.BARE, false));
        lines = "HTTP/1.1 204 None\r\nDate: d\r\nContent-Length: 0\r\n";
        assertEquals("HTTP/1.1 204 None\r\nDate: d\r\n\r\n", written(lines, Framing.BARE, false));
    }

    @Test
    void writesInterimHeadsWithoutFraming() {
        ByteBuf out = Unpooled.buffer();
        AnswerLines.interim(out, head("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nContent-Length: 3\r\n"));
        assertEquals("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", out.toString(ISO_8859_1));
    }

    @Test
    void leavesOutTrailersThatWouldMeanSomethingElse() {
        ByteBuf out = Unpooled.buffer();
        FieldLines trailers = FieldLines.read(
                "X-Sum: 1\r\nContent-Length: 4\r\nSet-Cookie: a\r\nETag: \"e\"\r\n\r\n".getBytes(ISO_8859_1), 0);
        AnswerLines.lastChunk(out, trailers);
        assertEquals("0\r\nX-Sum: 1\r\nETag: \"e\"\r\n\r\n", out.toString(ISO_8859_1));
    }
}
