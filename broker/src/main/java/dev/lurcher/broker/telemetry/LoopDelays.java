package dev.lurcher.broker.telemetry;

import dev.lurcher.broker.loop.EventLoops;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How late event loops do what is due: each has something to do twenty times a second, and notes how much later than that it came
 * to it. Whatever keeps a loop from its connections keeps it from this as well.
 * <p>Thread: each loop notes its own; figures may be asked for by any.
 */
public final class LoopDelays {
    private static final long EACH_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final List<Probe> probes = new ArrayList<>();

    /**
     * What is known of one loop.
     *
     * @param delays how late it was
     * @param worstSeconds the latest that it was in the last 30 to 60 seconds
     * @param silentSeconds how long ago it was heard of
     */
    public record OfLoop(DurationFigures delays, double worstSeconds, double silentSeconds) {}

    private LoopDelays() {}

    /** Watches loops until they stop. */
    public static LoopDelays watch(EventLoops loops) {
        LoopDelays delays = new LoopDelays();
        for (EventLoop loop : loops.all()) {
            Probe probe = new Probe(loop);
            delays.probes.add(probe);
            loop.execute(probe::await);
        }
        return delays;
    }

    /** Of each loop, in their order. */
    public List<OfLoop> figures() {
        long now = System.nanoTime();
        return probes.stream().map(probe -> probe.figures(now)).toList();
    }

    /** One loop's. */
    private static final class Probe implements Runnable {
        private final EventLoop loop;
        private final DurationCells cells = new DurationCells(DurationBuckets.DELAYS);
        private volatile long dueNanos = System.nanoTime();
        private volatile long worstNanos;
        private volatile long worstBeforeNanos;
        private long windowSince = dueNanos;

        Probe(EventLoop loop) {
            this.loop = loop;
        }

        void await() {
            dueNanos = System.nanoTime() + EACH_NANOS;
            if (!loop.isShuttingDown()) {
                loop.schedule(this, EACH_NANOS, TimeUnit.NANOSECONDS);
            }
        }

        @Override
        public void run() {
            long now = System.nanoTime();
            long late = Math.max(0, now - dueNanos);
            cells.record(TimeUnit.NANOSECONDS.toMicros(late));
            if (now - windowSince >= WINDOW_NANOS) {
                windowSince = now;
                worstBeforeNanos = worstNanos;
                worstNanos = 0;
            }
            if (late > worstNanos) {
                worstNanos = late;
            }
            await();
        }

        OfLoop figures(long now) {
            DurationFigures delays = new DurationFigures(DurationBuckets.DELAYS);
            cells.addTo(delays);
            long silent = Math.max(0, now - (dueNanos - EACH_NANOS));
            return new OfLoop(delays, Math.max(worstNanos, worstBeforeNanos) / 1e9, silent / 1e9);
        }
    }
}
