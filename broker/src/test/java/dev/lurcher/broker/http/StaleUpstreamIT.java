package dev.lurcher.broker.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedOrigin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kept connections to an upstream that ends them, or speaks out of turn. */
class StaleUpstreamIT {
    private static final String GET = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private static BrokerHarness broker(ScriptedOrigin origin) {
        return BrokerHarness.builder().proxy("/", origin.port()).start();
    }

    private static long count(BrokerHarness broker, Counter counter) {
        return broker.broker().counters().get(counter);
    }

    @Test
    void sendsARequestOnceMoreWhenTheKeptConnectionIsStale() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin();
                BrokerHarness broker = broker(origin);
                RawClient client = broker.client()) {
            client.send(GET);
            RawClient first = origin.accept();
            first.head();
            first.send(ScriptedOrigin.ok("one"));
            assertTrue(client.answer().endsWith("one"));
            client.get("/again");
            first.head();
            first.close();
            RawClient second = origin.accept();
            assertTrue(second.head().startsWith("GET /again "));
            second.send(ScriptedOrigin.ok("two"));
            assertTrue(client.answer().endsWith("two"));
            assertEquals(1, count(broker, Counter.UPSTREAM_REPEATED));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx",
                "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx"
            })
    void doesNotRepeatWhatMayHaveDoneSomething(String request) throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin();
                BrokerHarness broker = broker(origin);
                RawClient client = broker.client()) {
            client.send(GET);
            RawClient first = origin.accept();
            first.head();
            first.send(ScriptedOrigin.ok("one"));
            client.answer();
            client.send(request);
            first.head();
            first.close();
            assertTrue(client.answer().contains("X-Lurcher-Reason: upstream_lost"));
            assertTrue(origin.hearsNothing(50));
        }
    }

    @Test
    void doesNotRepeatOnAFreshConnectionNorTwice() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin();
                BrokerHarness broker = broker(origin);
                RawClient client = broker.client()) {
            client.send(GET);
            RawClient first = origin.accept();
            first.head();
            first.close();
            assertTrue(client.answer().startsWith("HTTP/1.1 502 "));
            client.send(GET);
            RawClient second = origin.accept();
            second.head();
            second.send(ScriptedOrigin.ok("one"));
            client.answer();
            client.send(GET);
            second.head();
            second.close();
            RawClient third = origin.accept();
            third.head();
            third.close();
            assertTrue(client.answer().contains("X-Lurcher-Reason: upstream_lost"));
        }
    }

    @Test
    void closesAnIdleConnectionThatTheUpstreamSpeaksOn() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin();
                BrokerHarness broker = broker(origin);
                RawClient client = broker.client()) {
            client.send(GET);
            RawClient first = origin.accept();
            first.head();
            first.send(ScriptedOrigin.ok("one"));
            client.answer();
            first.send(ScriptedOrigin.ok("EVIL"));
            first.untilEnd();
            assertEquals(1, count(broker, Counter.UPSTREAM_SURPLUS));
            client.send(GET);
            RawClient second = origin.accept();
            second.send(ScriptedOrigin.ok("two"));
            assertTrue(client.answer().endsWith("two"));
        }
    }
}
