package dev.lurcher.broker.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {
    @ParameterizedTest
    @CsvSource({
        "limits.content_lenght, limits.content_length",
        "content_length, limits.content_length",
        "LIMITS.CONTENT_LENGTH, limits.content_length",
        "handler.timout, handler.timeout",
        "handler_timeout, handler.timeout",
        "zmtp.heartbeats, zmtp.heartbeat",
        "routestrict, route.strict"
    })
    void findsTheKeyThatWasMeant(String typed, String meant) {
        assertEquals(meant, Nearest.of(typed, Setting.keys()));
    }

    @Test
    void findsNothingWhereNothingIsNear() {
        assertNull(Nearest.of("frobnicate", Setting.keys()));
        assertNull(Nearest.of("", List.of("run")));
        assertNull(Nearest.of("x", List.of()));
    }
}
