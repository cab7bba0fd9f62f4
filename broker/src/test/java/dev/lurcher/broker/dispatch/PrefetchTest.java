package dev.lurcher.broker.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.HandlerLimits;
import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** Workers are simulated: so many threads, each taking so long, and always more requests than they can serve. */
class PrefetchTest {
    private static final long MILLI = 1_000_000;

    @Test
    void aNumberIsThatNumber() {
        assertEquals(7, new Prefetch(7, 0).limit());
        assertEquals(Integer.MAX_VALUE, new Prefetch(0, 0).limit());
    }

    @Test
    void aWorkerGetsNoMoreThanItCanHold() {
        assertEquals(3, new Prefetch(7, 3).limit());
        assertEquals(1, new Prefetch(HandlerLimits.AUTO, 1).limit());
    }

    @Test
    void autoBeginsWithTwo() {
        assertEquals(2, new Prefetch(HandlerLimits.AUTO, 0).limit());
    }

    @Test
    void aFastWorkerHoldsTenMillisecondsOfWork() {
        Simulation fast = new Simulation(1, () -> MILLI / 10);
        fast.run(2_000);
        assertTrue(fast.limit() >= 90 && fast.limit() <= 220, "limit " + fast.limit());
    }

    @Test
    void aSlowWorkerHoldsLittle() {
        Simulation slow = new Simulation(1, () -> 20 * MILLI);
        slow.run(60_000);
        assertTrue(slow.meanLimit() <= 2.2, "mean " + slow.meanLimit());
    }

    @Test
    void aSlowWorkerOfVaryingSpeedHoldsLittle() {
        Simulation slow = new Simulation(1, exponential(20 * MILLI, 1));
        slow.run(600_000);
        assertTrue(slow.meanLimit() <= 5, "mean " + slow.meanLimit());
    }

    @Test
    void aWorkerOfManyThreadsIsKeptBusy() {
        Simulation many = new Simulation(50, () -> 100 * MILLI);
        many.run(5_000);
        double perSecond = many.paceUntil(25_000);
        assertTrue(perSecond >= 400, perSecond + " of 500 per second");
        assertTrue(many.meanLimit() <= 260, "mean " + many.meanLimit());
    }

    @Test
    void aWorkerOfManySlowThreadsOfVaryingSpeedIsKeptBusy() {
        Simulation many = new Simulation(32, exponential(500 * MILLI, 2));
        many.run(20_000);
        double perSecond = many.paceUntil(120_000);
        assertTrue(perSecond >= 48, perSecond + " of 64 per second");
    }

    /** What a busy event loop or machine does to the worker of another handler: it is as fast as ever, and hears of each request late. */
    @Test
    void aWorkerFromWhichAnswersTakeLongerThanBeforeIsKeptBusy() {
        Simulation far = new Simulation(1, () -> MILLI / 3);
        far.run(60_000);
        far.pathNanos = 50 * MILLI;
        double first = far.paceUntil(63_000);
        double later = far.paceUntil(70_000);
        assertTrue(first >= 600, first + " a second at first");
        assertTrue(later >= 2_400, later + " of 3,000 a second");
    }

    @Test
    void aWorkerThatBecomesSlowerHoldsLittleSoon() {
        long[] service = {MILLI / 3};
        Simulation slower = new Simulation(1, () -> service[0]);
        slower.run(60_000);
        service[0] = 20 * MILLI;
        slower.run(64_000);
        slower.limitNanos = 0;
        slower.run(124_000);
        double mean = slower.limitNanos / (60_000 * MILLI);
        assertTrue(mean <= 2.2, "mean " + mean);
    }

    @Test
    void aSilentWorkerGetsMoreAsTimeGoesBy() {
        Prefetch polls = new Prefetch(HandlerLimits.AUTO, 0);
        for (int i = 0; i < 5; i++) {
            polls.onStall();
        }
        assertEquals(64, polls.limit());
    }

    @Test
    void whatASilentWorkerGotIsTakenBackWhenItWorksInOrder() {
        Prefetch prefetch = new Prefetch(HandlerLimits.AUTO, 0);
        prefetch.onStall();
        prefetch.onStall();
        for (int i = 0; i < 32; i++) {
            prefetch.onAnswer(0, true, true, 20L * i * MILLI);
        }
        assertEquals(2, prefetch.limit());
    }

    private static LongSupplier exponential(long mean, long seed) {
        Random random = new Random(seed);
        return () -> (long) (-Math.log(1 - random.nextDouble()) * mean);
    }

    private static final class Simulation {
        private final Prefetch prefetch = new Prefetch(HandlerLimits.AUTO, 0);
        private final LongSupplier serviceNanos;
        private final PriorityQueue<Job> running = new PriorityQueue<>((a, b) -> Long.compare(a.endNanos, b.endNanos));
        private final ArrayDeque<Job> order = new ArrayDeque<>();
        /** When each thread is free. */
        private final PriorityQueue<Long> threads = new PriorityQueue<>();

        /** How long a request and its answer are on their way. */
        private long pathNanos;

        private long now = MILLI;
        private long answered;
        private double limitNanos;

        private static final class Job {
            private final long heldNanos;
            private final long endNanos;

            private Job(long heldNanos, long endNanos) {
                this.heldNanos = heldNanos;
                this.endNanos = endNanos;
            }
        }

        private Simulation(int threads, LongSupplier serviceNanos) {
            this.serviceNanos = serviceNanos;
            for (int i = 0; i < threads; i++) {
                this.threads.add(now);
            }
        }

        private void run(long untilMillis) {
            fill();
            while (now < untilMillis * MILLI) {
                Job done = running.remove();
                limitNanos += (double) (done.endNanos - now) * prefetch.limit();
                now = done.endNanos;
                boolean oldest = order.peek() == done;
                order.remove(done);
                answered++;
                prefetch.onAnswer(done.heldNanos, oldest, true, now);
                fill();
            }
        }

        /** Answers per second until then. */
        private double paceUntil(long untilMillis) {
            long before = answered;
            long since = now;
            run(untilMillis);
            return (answered - before) * 1e9 / (now - since);
        }

        private void fill() {
            while (order.size() < prefetch.limit()) {
                long begin = Math.max(now + pathNanos / 2, threads.remove());
                long end = begin + serviceNanos.getAsLong();
                threads.add(end);
                Job job = new Job(now, end + pathNanos / 2);
                order.add(job);
                running.add(job);
            }
        }

        private int limit() {
            return prefetch.limit();
        }

        private double meanLimit() {
            return limitNanos / now;
        }
    }
}
