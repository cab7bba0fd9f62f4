package dev.lurcher.broker.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CountersTest {
    @Test
    void countsFromManyThreads() throws InterruptedException {
        Counters counters = new Counters();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                for (int j = 0; j < 10_000; j++) {
                    counters.increment(Counter.REQUESTS);
                    counters.add(Counter.BYTES_SENT, 3);
                    counters.increment(Counter.CONNECTIONS_OPEN);
                    counters.decrement(Counter.CONNECTIONS_OPEN);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(40_000, counters.get(Counter.REQUESTS));
        assertEquals(120_000, counters.get(Counter.BYTES_SENT));
        assertEquals(0, counters.get(Counter.CONNECTIONS_OPEN));
        assertEquals(Counter.values().length, counters.all().size());
        assertEquals(40_000L, counters.all().get(Counter.REQUESTS));
    }

    @ParameterizedTest
    @CsvSource({
        "100, '', ANSWERS_1XX, ",
        "204, '', ANSWERS_2XX, ",
        "304, '', ANSWERS_3XX, ",
        "404, no_route, ANSWERS_4XX, NO_ROUTE",
        "431, header_too_large, ANSWERS_4XX, HEADER_TOO_LARGE",
        "599, '', ANSWERS_5XX, ",
        "503, no_worker, ANSWERS_5XX, NO_WORKER",
        "0, '', ANSWERS_OTHER, ",
        "600, '', ANSWERS_OTHER, ",
        "200, client_gone, , CLIENT_GONE",
        "500, a reason without a counter, ANSWERS_5XX, "
    })
    void countsEachExchangeOnceByItsEndAndOnceByItsReason(
            int status,
            String reason,
            @org.jspecify.annotations.Nullable Counter end,
            @org.jspecify.annotations.Nullable Counter why) {
        Counters counters = new Counters();
        counters.traffic().lane(1).of("route", "h", "/").end(status, reason, 5, 0);
        for (Counter counter : Counter.values()) {
            assertEquals(counter == end || counter == why ? 1 : 0, counters.get(counter), counter::key);
        }
    }

    @ParameterizedTest
    @EnumSource(Counter.class)
    void saysWhatEachCounterMeans(Counter counter) {
        assertTrue(counter.key().matches("[a-z0-9_]+"), counter.key());
        assertTrue(counter.meaning().matches("[A-Z].*\\."), counter.meaning());
        assertEquals(counter.key().endsWith("_open") ? Counter.Kind.GAUGE : Counter.Kind.COUNTER, counter.kind());
    }
}
