package dev.lurcher.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.testing.Await;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.RawClient;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class BrokerCloseIT {
    @Test
    void givesEveryExchangeItsOutcome() throws IOException {
        BrokerHarness harness = BrokerHarness.simple();
        Broker broker = harness.broker();
        try (RawClient client = harness.client()) {
            client.get("/");
            Await.until("the request waits", () -> harness.pool("hello").queued() == 1);
            harness.close();
            assertEquals(1, broker.counters().get(Counter.REQUESTS));
            assertEquals(1, broker.counters().get(Counter.CLIENT_GONE));
            assertEquals(0, broker.counters().get(Counter.CONNECTIONS_OPEN));
        }
    }
}
