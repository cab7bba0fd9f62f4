package dev.lurcher.broker.zmtp;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * Log lines that anybody on the network can cause: at most one a second, which tells how many were left out.
 * <p>Thread: any.
 */
final class RefusalLog {
    private static final long INTERVAL_NANOS = 1_000_000_000;

    private final Logger log;
    private final LongSupplier nanoTime;
    private final AtomicLong nextNanos;
    private final AtomicLong suppressed = new AtomicLong();

    RefusalLog(Logger log, LongSupplier nanoTime) {
        this.log = log;
        this.nanoTime = nanoTime;
        this.nextNanos = new AtomicLong(nanoTime.getAsLong());
    }

    /** Logs "ENDPOINT: what", or counts it. */
    void warn(Endpoint endpoint, String what) {
        long now = nanoTime.getAsLong();
        long next = nextNanos.get();
        if (now - next < 0 || !nextNanos.compareAndSet(next, now + INTERVAL_NANOS)) {
            suppressed.incrementAndGet();
            return;
        }
        long left = suppressed.getAndSet(0);
        if (left == 0) {
            log.warn("{}: {}", endpoint, what);
        } else {
            log.warn("{}: {} ({} more since the last such line were not logged)", endpoint, what, left);
        }
    }
}
