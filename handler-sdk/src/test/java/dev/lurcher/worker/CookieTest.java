package dev.lurcher.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lurcher.worker.Cookie.SameSite;
import dev.lurcher.worker.WorkerException.Code;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CookieTest {
    @Test
    void isCarefulUnlessToldOtherwise() {
        assertEquals("session=abc; Path=/; HttpOnly; SameSite=Lax", new Cookie("session", "abc").toString());
    }

    @Test
    void saysAllThatItIsTold() {
        Cookie cookie = new Cookie("a", "b")
                .withPath("/shop")
                .withDomain("example.org")
                .withMaxAge(Duration.ofHours(1))
                .withSecure(true)
                .withHttpOnly(false)
                .withSameSite(SameSite.NONE);
        assertEquals("a=b; Path=/shop; Domain=example.org; Max-Age=3600; Secure; SameSite=None", cookie.toString());
        assertEquals(
                "a=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax",
                Cookie.removed("a").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a;b", "a,b", "\"a\"", "a\\b", "a\r\nSet-Cookie: x=y", "\u00fc"})
    void refusesValuesThatNoCookieHas(String value) {
        assertEquals(Code.BAD_RESPONSE, refusal(() -> new Cookie("a", value)));
    }

    @Test
    void refusesWhatWouldBreakTheAnswer() {
        assertEquals(Code.BAD_RESPONSE, refusal(() -> new Cookie("a b", "c")));
        assertEquals(Code.BAD_RESPONSE, refusal(() -> new Cookie("a", "c").withPath("/;x")));
        assertEquals(Code.BAD_RESPONSE, refusal(() -> new Cookie("a", "c").withDomain("a\n")));
        assertEquals(Code.BAD_RESPONSE, refusal(() -> new Cookie("a", "c").withSameSite(SameSite.NONE)));
    }

    private static Code refusal(Runnable action) {
        return assertThrows(WorkerException.class, action::run).code();
    }
}
