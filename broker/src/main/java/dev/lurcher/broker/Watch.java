package dev.lurcher.broker;

import dev.lurcher.broker.dispatch.HandlerPool;
import dev.lurcher.broker.http.HttpServer;
import io.netty.util.internal.PlatformDependent;
import java.time.Duration;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks some times a second at what no event tells: pools in which nothing moves, memory that runs out, and required handlers
 * without a worker.
 * <p>Thread: one event loop.
 */
final class Watch implements Runnable {
    /** How often to run it. */
    static final Duration EACH = Duration.ofMillis(250);

    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

    private final Supplier<Set<HandlerPool>> pools;
    private final HttpServer server;
    private final IntSupplier markPercent;
    private final HeapFill heap = HeapFill.ofThisProcess();
    private boolean overloaded;
    private volatile boolean ready;
    private volatile String missing = "";

    /** @param markPercent see setting {@code limits.memory_mark} */
    Watch(Supplier<Set<HandlerPool>> pools, HttpServer server, IntSupplier markPercent) {
        this.pools = pools;
        this.server = server;
        this.markPercent = markPercent;
        lookAtWorkers();
    }

    /** Whether every required handler has a worker. Any thread. */
    boolean isReady() {
        return ready;
    }

    /** The required handlers without a worker, with commas between; empty when there are none. Any thread. */
    String missing() {
        return missing;
    }

    @Override
    public void run() {
        long now = System.nanoTime();
        pools.get().forEach(pool -> pool.tick(now));
        lookAtMemory(now);
        lookAtWorkers();
    }

    private void lookAtMemory(long now) {
        int percent = Math.max(heap.percent(now), directPercent());
        int mark = markPercent.getAsInt();
        boolean isShort = percent >= mark;
        if (isShort != overloaded) {
            overloaded = isShort;
            server.overloaded(isShort);
            if (isShort) {
                LOG.warn(
                        "{} percent of the memory are in use: new requests get 503 until it is less than {} (limits.memory_mark)."
                                + " Fix: give the broker more, with LURCHER_JAVA_OPTS=-Xmx...",
                        percent,
                        mark);
            } else {
                LOG.warn("{} percent of the memory are in use: requests are taken again", percent);
            }
        }
    }

    private static int directPercent() {
        long max = PlatformDependent.maxDirectMemory();
        long used = PlatformDependent.usedDirectMemory();
        return max <= 0 || used < 0 ? 0 : (int) (used * 100 / max);
    }

    private void lookAtWorkers() {
        Stream<HandlerPool> required =
                pools.get().stream().filter(pool -> pool.policy().required());
        String without = String.join(
                ", ",
                required.filter(pool -> !pool.hasWorkers())
                        .map(HandlerPool::name)
                        .toList());
        ready = without.isEmpty();
        if (!without.equals(missing)) {
            LOG.warn(
                    without.isEmpty() ? "ready: required handlers have workers again" : "not ready: no worker of {}",
                    without);
            missing = without;
        }
    }
}
