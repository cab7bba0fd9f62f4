package dev.lurcher.protocol.testing;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Bytes that the current thread has allocated on the heap. */
public final class Allocation {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final int TRIES = 3;

    private Allocation() {}

    /** Since the thread began. */
    public static long bytes() {
        return THREADS.getCurrentThreadAllocatedBytes();
    }

    /** By some work; it is repeated when that is more than expected, for the first time classes may have been loaded. */
    public static long bytesOf(Runnable work, long expected) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < TRIES && least > expected; i++) {
            long before = bytes();
            work.run();
            least = Math.min(least, bytes() - before);
        }
        return least;
    }
}
