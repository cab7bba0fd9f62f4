package dev.lurcher.broker.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerStampTest {
    private static final String FIELD = "X-Request-Id: 00000000000000ff\r\n";

    private final AnswerStamp stamp = new AnswerStamp();

    private String stamped(String text) {
        ByteBuf bytes = Unpooled.copiedBuffer(text, ISO_8859_1);
        ByteBuf head = stamp.take(bytes, UnpooledByteBufAllocator.DEFAULT, 255);
        String all = (head == null ? "" : head.toString(ISO_8859_1)) + bytes.toString(ISO_8859_1);
        bytes.release();
        if (head != null) {
            head.release();
        }
        return all;
    }

    @Test
    void writesTheIdBehindTheFirstLineOfEachAnswer() {
        stamp.start();
        assertEquals("HTTP/1.1 200 OK\r\n" + FIELD + "A: b\r\n\r\nx", stamped("HTTP/1.1 200 OK\r\nA: b\r\n\r\nx"));
        assertEquals("HTTP/1.1 200 OK\r\n\r\n", stamped("HTTP/1.1 200 OK\r\n\r\n"), "these are content");
        stamp.start();
        assertEquals("HTTP/1.0 404 \n" + FIELD + "\n", stamped("HTTP/1.0 404 \n\n"));
    }

    @Test
    void waitsForTheFinalAnswer() {
        stamp.start();
        assertEquals("HTTP/1.1 103 Early\r\n\r\n", stamped("HTTP/1.1 103 Early\r\n\r\n"));
        assertEquals("HTTP/1.1 204 No\r\n" + FIELD + "\r\n", stamped("HTTP/1.1 204 No\r\n\r\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nX-REQUEST-ID: 7\r\n\r\n",
                "HTTP/1.1 200 OK\r\nA: b\r\nx-request-id:\r\n\r\n",
                "no HTTP\r\nat all",
                "HTTP/1.1 200 OK without an end",
                "\n",
                ""
            })
    void leavesTheRestAsItIs(String answer) {
        stamp.start();
        assertEquals(answer, stamped(answer));
        assertEquals("HTTP/1.1 200 OK\r\n\r\n", stamped("HTTP/1.1 200 OK\r\n\r\n"), "nor what follows");
    }

    @Test
    void looksAtFieldsOnly() {
        stamp.start();
        assertEquals(
                "HTTP/1.1 200 OK\r\n" + FIELD + "\r\nx-request-id: 1\r\n",
                stamped("HTTP/1.1 200 OK\r\n\r\nx-request-id: 1\r\n"));
    }
}
