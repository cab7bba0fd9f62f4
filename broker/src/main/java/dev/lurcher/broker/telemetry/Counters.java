package dev.lurcher.broker.telemetry;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/**
 * What has happened since the start. Any thread, without waiting.
 * <p>Requests are counted by their event loops, per route ({@link #traffic}); what is rare or belongs to no loop is added here.
 * {@link #get} knows both.
 */
public final class Counters {
    private static final Set<Counter> ENDS = EnumSet.of(
            Counter.ANSWERS_1XX,
            Counter.ANSWERS_2XX,
            Counter.ANSWERS_3XX,
            Counter.ANSWERS_4XX,
            Counter.ANSWERS_5XX,
            Counter.ANSWERS_OTHER,
            Counter.CLIENT_GONE);

    private final EnumMap<Counter, LongAdder> adders = new EnumMap<>(Counter.class);
    private final Traffic traffic = new Traffic();

    /** Starts with all at 0. */
    public Counters() {
        for (Counter counter : Counter.values()) {
            adders.put(counter, new LongAdder());
        }
    }

    /** What is counted per route. */
    public Traffic traffic() {
        return traffic;
    }

    /** One more. */
    public void increment(Counter counter) {
        adder(counter).increment();
    }

    /** One less of a gauge. */
    public void decrement(Counter counter) {
        adder(counter).decrement();
    }

    /** So many more. */
    public void add(Counter counter, long more) {
        adder(counter).add(more);
    }

    /** The value now. While others count, it may miss the latest of what they do. */
    public long get(Counter counter) {
        return counted(traffic.total(), counter);
    }

    private long counted(RouteFigures routes, Counter counter) {
        long more = switch (counter) {
            case REQUESTS -> traffic.begun();
            case BYTES_SENT -> routes.bytesSent();
            case BYTES_RECEIVED -> traffic.receivedBytes();
            case ANSWERS_1XX -> routes.ofClass(1);
            case ANSWERS_2XX -> routes.ofClass(2);
            case ANSWERS_3XX -> routes.ofClass(3);
            case ANSWERS_4XX -> routes.ofClass(4);
            case ANSWERS_5XX -> routes.ofClass(5);
            case ANSWERS_OTHER -> routes.ofClass(0);
            default -> counter.isReason() ? routes.of(counter) : 0;
        };
        return adder(counter).sum() + more;
    }

    /** All values in the order of {@link Counter}; not one point in time. */
    public Map<Counter, Long> all() {
        // What has ended has begun: the other way round there would be more ends than requests.
        RouteFigures routes = traffic.total();
        Map<Counter, Long> all = new EnumMap<>(Counter.class);
        for (Counter counter : Counter.values()) {
            all.put(counter, counted(routes, counter));
        }
        return all;
    }

    /**
     * How many exchanges have begun and not ended: requests less all that can become of them. 0 where nothing is under way.
     *
     * @param counted what {@link #all} has said
     */
    public static long underWay(Map<Counter, Long> counted) {
        long ended =
                ENDS.stream().mapToLong(end -> counted.getOrDefault(end, 0L)).sum();
        return counted.getOrDefault(Counter.REQUESTS, 0L) - ended;
    }

    @SuppressWarnings("NullAway") // every counter has its adder since construction
    private LongAdder adder(Counter counter) {
        return adders.get(counter);
    }
}
