package dev.lurcher.broker;

import dev.lurcher.broker.dispatch.HandlerPool;
import dev.lurcher.broker.http.HttpServer;
import io.netty.util.internal.PlatformDependent;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.List;
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
    private final List<MemoryPoolMXBean> heap;
    private boolean overloaded;
    private volatile boolean ready;
    private volatile String missing = "";

    /** @param markPercent see setting {@code limits.memory_mark} */
    Watch(Supplier<Set<HandlerPool>> pools, HttpServer server, IntSupplier markPercent) {
        this.pools = pools;
        this.server = server;
        this.markPercent = markPercent;
        heap = lasting();
        lookAtWorkers();
    }

    /**
     * The parts of the heap that hold what lasts. Those for what is new, such as a survivor space, are often full after a
     * collection, and nothing is short then; the JVM offers no usage threshold for them.
     */
    static List<MemoryPoolMXBean> lasting() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP
                        && pool.isUsageThresholdSupported()
                        && pool.isCollectionUsageThresholdSupported())
                .toList();
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
        lookAtMemory();
        lookAtWorkers();
    }

    private void lookAtMemory() {
        int percent = Math.max(heapPercent(), directPercent());
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

    /** What was left in use by the last collection that looked at everything: the rest may be garbage. */
    private int heapPercent() {
        long most = 0;
        for (MemoryPoolMXBean pool : heap) {
            MemoryUsage left = pool.getCollectionUsage();
            if (left != null && left.getMax() > 0) {
                most = Math.max(most, left.getUsed() * 100 / left.getMax());
            }
        }
        return (int) most;
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
