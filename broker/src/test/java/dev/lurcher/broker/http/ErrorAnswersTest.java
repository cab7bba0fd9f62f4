package dev.lurcher.broker.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorAnswersTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("1994-11-06T08:49:37.999Z"));

    private final ErrorAnswers answers = new ErrorAnswers("Lurcher", CLOCK);

    @Test
    void writesAWholeAnswer() {
        Refusal refusal = Refusal.of(HttpError.NO_WORKER, "no worker is connected for this route")
                .withRetryAfter(5);
        assertEquals("""
                HTTP/1.1 503 Service Unavailable\r
                Date: Sun, 06 Nov 1994 08:49:37 GMT\r
                Server: Lurcher\r
                Content-Type: text/plain; charset=utf-8\r
                Content-Length: 88\r
                Connection: keep-alive\r
                X-Lurcher-Reason: no_worker\r
                X-Request-Id: 5f2c-19\r
                Retry-After: 5\r
                \r
                Service Unavailable: no worker is connected for this route (no_worker, request 5f2c-19)
                """, write(answers, refusal, true));
    }

    @Test
    void namesTheAllowedMethods() {
        Refusal refusal = Refusal.of(HttpError.METHOD_NOT_ALLOWED, "x").withAllow("GET, HEAD");
        assertTrue(write(answers, refusal, true).contains("\r\nAllow: GET, HEAD\r\n"));
    }

    @Test
    void sendsNoContentToHeadButItsLength() {
        String get = write(answers, Refusal.of(HttpError.NO_ROUTE, "x"), true);
        String head = write(answers, Refusal.of(HttpError.NO_ROUTE, "x").withHead(true), true);
        assertEquals(get.substring(0, get.indexOf("\r\n\r\n") + 4), head);
    }

    @Test
    void leavesTheServerFieldOutWhenItIsEmpty() {
        assertFalse(write(new ErrorAnswers("", CLOCK), Refusal.of(HttpError.NO_ROUTE, "x"), true)
                .contains("Server"));
    }

    /** The recogniser is the second opinion: each answer is exactly as long as it says, and keeps its word about closing. */
    @ParameterizedTest
    @EnumSource
    void writesSoundAnswersOfEveryKind(HttpError error) {
        for (boolean head : new boolean[] {false, true}) {
            for (boolean keepAlive : new boolean[] {false, true}) {
                Refusal refusal = Refusal.of(error, "something").withHead(head);
                ByteBuf answer = answers.answer(UnpooledByteBufAllocator.DEFAULT, refusal, "1-2", keepAlive);
                try {
                    AnswerRecogniser recogniser = new AnswerRecogniser();
                    recogniser.reset(head);
                    assertEquals(answer.readableBytes(), recogniser.feed(answer, 0, answer.readableBytes()));
                    assertEquals(AnswerRecogniser.State.END, recogniser.state());
                    assertEquals(error.status(), recogniser.status());
                    assertEquals(keepAlive && !error.closes(), recogniser.keepsConnection());
                } finally {
                    answer.release();
                }
            }
        }
    }

    @Test
    void writesTheDateOncePerSecond() {
        long[] millis = {784111777_000L};
        HttpDate date = new HttpDate(() -> Instant.ofEpochMilli(millis[0]));
        byte[] first = date.now();
        assertEquals("Sun, 06 Nov 1994 08:49:37 GMT", new String(first, ISO_8859_1));
        millis[0] += 999;
        assertSame(first, date.now());
        millis[0] += 1;
        assertNotSame(first, date.now());
        assertEquals("Sun, 06 Nov 1994 08:49:38 GMT", new String(date.now(), ISO_8859_1));
    }

    private static String write(ErrorAnswers answers, Refusal refusal, boolean keepAlive) {
        ByteBuf answer = answers.answer(UnpooledByteBufAllocator.DEFAULT, refusal, "5f2c-19", keepAlive);
        try {
            return answer.toString(ISO_8859_1);
        } finally {
            answer.release();
        }
    }
}
