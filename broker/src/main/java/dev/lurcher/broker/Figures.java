package dev.lurcher.broker;

import dev.lurcher.broker.dispatch.HandlerPool;
import dev.lurcher.broker.dispatch.PoolFigures;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.telemetry.Counters;
import java.util.Collection;
import java.util.Map;
import java.util.StringJoiner;
import org.HdrHistogram.Histogram;

/**
 * All that was counted, as one line of JSON.
 * <pre>
 *   {"requests":12,...,"handlers":[{"name":"hello","queued":0,"waits_us":{"p50":0,"p99":0,"max":0},"services_us":{...}}]}
 * </pre>
 * The keys are those of {@link Counter}; {@code waits_us} is how long requests waited for a worker, {@code services_us} the time
 * from a worker having one to the first byte of its answer.
 */
final class Figures {
    private Figures() {}

    static String json(Counters counters, Collection<HandlerPool> pools) {
        StringJoiner fields = new StringJoiner(",", "{", "}");
        for (Map.Entry<Counter, Long> each : counters.all().entrySet()) {
            fields.add("\"" + each.getKey().key() + "\":" + each.getValue());
        }
        StringJoiner handlers = new StringJoiner(",", "[", "]");
        for (HandlerPool pool : pools) {
            handlers.add(json(pool));
        }
        return fields.add("\"handlers\":" + handlers).toString();
    }

    private static String json(HandlerPool pool) {
        PoolFigures figures = pool.figures();
        // A name is letters, digits and "-".
        return "{\"name\":\"" + pool.name() + "\",\"queued\":" + figures.queued() + ",\"waits_us\":"
                + json(figures.waits()) + ",\"services_us\":" + json(figures.services()) + "}";
    }

    private static String json(Histogram histogram) {
        return "{\"p50\":" + histogram.getValueAtPercentile(50) + ",\"p99\":" + histogram.getValueAtPercentile(99)
                + ",\"max\":" + histogram.getMaxValue() + "}";
    }
}
