package dev.lurcher.broker.telemetry;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What has happened since the start. Any thread, without waiting. */
public final class Counters {
    private static final Counter[] BY_CLASS = {
        Counter.ANSWERS_OTHER,
        Counter.ANSWERS_1XX,
        Counter.ANSWERS_2XX,
        Counter.ANSWERS_3XX,
        Counter.ANSWERS_4XX,
        Counter.ANSWERS_5XX
    };

    private static final Map<String, Counter> BY_KEY =
            Arrays.stream(Counter.values()).collect(Collectors.toUnmodifiableMap(Counter::key, Function.identity()));

    private final EnumMap<Counter, LongAdder> adders = new EnumMap<>(Counter.class);

    /** Starts with all at 0. */
    public Counters() {
        for (Counter counter : Counter.values()) {
            adders.put(counter, new LongAdder());
        }
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

    /**
     * Counts an exchange that has ended: {@code CLIENT_GONE} or the class of its status, and its reason where there is a counter
     * for it.
     *
     * @param status the answer's, 0 for none
     * @param reason the reason code, or empty
     */
    public void end(int status, String reason) {
        Counter why = reason.isEmpty() ? null : BY_KEY.get(reason);
        if (why != null) {
            increment(why);
        }
        if (why != Counter.CLIENT_GONE) {
            increment(status >= 100 && status < 600 ? BY_CLASS[status / 100] : Counter.ANSWERS_OTHER);
        }
    }

    /** The value now. While others count, it may miss the latest of what they do. */
    public long get(Counter counter) {
        return adder(counter).sum();
    }

    /** All values in the order of {@link Counter}; not one point in time. */
    public Map<Counter, Long> all() {
        Map<Counter, Long> all = new EnumMap<>(Counter.class);
        for (Counter counter : Counter.values()) {
            all.put(counter, get(counter));
        }
        return all;
    }

    @SuppressWarnings("NullAway") // every counter has its adder since construction
    private LongAdder adder(Counter counter) {
        return adders.get(counter);
    }
}
