package dev.lurcher.broker.dispatch;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.loop.Deadlines;
import io.netty.channel.DefaultEventLoop;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A deadline that clients wait for is not left to the next regular sweep. */
class LoopContextTest {
    @Test
    void sweepsOnceMoreAfterADeadlineThatMustNotWait() throws Exception {
        DefaultEventLoop loop = new DefaultEventLoop();
        try {
            // Nobody else sweeps its deadlines.
            LoopContext context = new LoopContext(loop, 0, 1, 128, 1);
            CountDownLatch met = new CountDownLatch(2);
            Deadlines.Expiring again = new Deadlines.Expiring() {
                @Override
                protected void onDeadline(long now) {
                    met.countDown();
                    if (met.getCount() > 0) {
                        expireSoon(context, this);
                    }
                }
            };
            loop.execute(() -> {
                context.deadlines().add(again);
                expireSoon(context, again);
            });
            assertTrue(met.await(10, TimeUnit.SECONDS), "the deadlines were not met");
        } finally {
            loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
        }
    }

    @Test
    void everyDeadlineThatMustNotWaitHasItsSweep() throws Exception {
        DefaultEventLoop loop = new DefaultEventLoop();
        try {
            LoopContext context = new LoopContext(loop, 0, 1, 128, 1);
            CountDownLatch met = new CountDownLatch(3);
            loop.execute(() -> {
                for (int millis : new int[] {5, 20, 40}) {
                    Deadlines.Expiring one = new Deadlines.Expiring() {
                        @Override
                        protected void onDeadline(long now) {
                            met.countDown();
                        }
                    };
                    long due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
                    context.deadlines().add(one);
                    context.deadlines().set(one, due);
                    context.sweepAfter(due);
                }
            });
            assertTrue(met.await(20, TimeUnit.SECONDS), "one was not met");
        } finally {
            loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
        }
    }

    @Test
    void flushesTheOthersAfterTheFaultOfOne() throws Exception {
        DefaultEventLoop loop = new DefaultEventLoop();
        try {
            LoopContext context = new LoopContext(loop, 0, 1, 128, 1);
            CountDownLatch faults = new CountDownLatch(2);
            CountDownLatch flushed = new CountDownLatch(2);
            for (int round = 0; round < 2; round++) {
                loop.submit(() -> {
                            context.flushLater(new Output(true, flushed, faults));
                            context.flushLater(new Output(false, flushed, faults));
                        })
                        .sync();
            }
            assertTrue(faults.await(10, TimeUnit.SECONDS), "the fault was not told");
            assertTrue(flushed.await(10, TimeUnit.SECONDS), "the other was not flushed");
        } finally {
            loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
        }
    }

    private record Output(boolean faulty, CountDownLatch flushed, CountDownLatch faults)
            implements LoopContext.Flushable {
        @Override
        public void flush() {
            if (faulty) {
                throw new IllegalStateException("on purpose");
            }
            flushed.countDown();
        }

        @Override
        public void onFault(RuntimeException fault) {
            faults.countDown();
        }
    }

    private static void expireSoon(LoopContext context, Deadlines.Expiring owner) {
        long soon = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(5);
        context.deadlines().set(owner, soon);
        context.sweepAfter(soon);
    }
}
