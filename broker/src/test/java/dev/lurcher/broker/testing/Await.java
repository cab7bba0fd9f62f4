package dev.lurcher.broker.testing;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting for what will be true in a moment. */
public final class Await {
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private Await() {}

    /** Returns once the condition holds; fails after ten seconds. */
    public static void until(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + MOST_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not within ten seconds: " + what);
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }
}
