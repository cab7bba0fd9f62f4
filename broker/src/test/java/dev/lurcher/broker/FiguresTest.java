package dev.lurcher.broker;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.telemetry.Counters;
import java.util.List;
import org.junit.jupiter.api.Test;

class FiguresTest {
    @Test
    void namesEveryCounter() {
        Counters counters = new Counters();
        counters.add(Counter.REQUESTS, 3);
        String json = Figures.json(counters, List.of());
        assertTrue(json.startsWith("{\"connections_accepted\":0,"), json);
        assertTrue(json.contains(",\"requests\":3,"), json);
        assertTrue(json.endsWith(",\"handlers\":[]}"), json);
        for (Counter counter : Counter.values()) {
            assertTrue(json.contains("\"" + counter.key() + "\":"), counter.key());
        }
    }
}
