package dev.lurcher.broker.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.telemetry.Counters;
import dev.lurcher.broker.testing.Await;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedWorker;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** At rest every request has ended in exactly one way. */
class CountersIT {
    @Test
    void addUp() throws Exception {
        try (BrokerHarness broker =
                        BrokerHarness.builder().handler("/h", "hello").start();
                ScriptedWorker worker = broker.worker("hello")) {
            Counters counters = broker.broker().counters();
            try (RawClient client = broker.client()) {
                client.get("/h");
                worker.answer(worker.take(), "x");
                client.answer();
                client.get("/nowhere").answer();
                assertEquals(1, counters.get(Counter.CONNECTIONS_OPEN));
                client.send("nonsense\r\n\r\n").untilEnd();
            }
            try (RawClient client = broker.client()) {
                client.get("/h/gone");
                worker.take();
                client.reset();
            }
            try (RawClient client = broker.client()) {
                client.send("POST /h HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf");
                Await.until("its head has been read", () -> counters.get(Counter.REQUESTS) == 5);
                client.reset();
            }
            Await.until("all have gone", () -> counters.get(Counter.CONNECTIONS_OPEN) == 0);
            assertEquals(3, counters.get(Counter.CONNECTIONS_ACCEPTED));
            assertEquals(5, counters.get(Counter.REQUESTS));
            assertEquals(1, counters.get(Counter.ANSWERS_2XX));
            assertEquals(1, counters.get(Counter.NO_ROUTE));
            assertEquals(1, counters.get(Counter.BAD_REQUEST));
            assertEquals(2, counters.get(Counter.CLIENT_GONE));
            assertEquals(counters.get(Counter.REQUESTS), ends(counters));
        }
    }

    @ParameterizedTest
    @EnumSource(HttpError.class)
    void everyReasonHasItsCounter(HttpError error) {
        assertTrue(Counter.valueOf(error.code().toUpperCase(Locale.ROOT)).isReason(), error::code);
    }

    private static long ends(Counters counters) {
        return Stream.of(
                        Counter.ANSWERS_1XX,
                        Counter.ANSWERS_2XX,
                        Counter.ANSWERS_3XX,
                        Counter.ANSWERS_4XX,
                        Counter.ANSWERS_5XX,
                        Counter.ANSWERS_OTHER,
                        Counter.CLIENT_GONE)
                .mapToLong(counters::get)
                .sum();
    }
}
