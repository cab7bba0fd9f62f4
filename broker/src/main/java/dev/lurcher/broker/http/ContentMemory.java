package dev.lurcher.broker.http;

import java.util.concurrent.atomic.AtomicLong;

/** The memory that contents of requests may take up, all together. Any thread. */
final class ContentMemory {
    private final long mostBytes;
    private final AtomicLong taken = new AtomicLong();

    /** @param mostBytes see setting {@code limits.content_memory} */
    ContentMemory(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** Takes so many bytes more; false, taking none, when there are not so many left. */
    boolean take(long bytes) {
        if (taken.addAndGet(bytes) <= mostBytes) {
            return true;
        }
        taken.addAndGet(-bytes);
        return false;
    }

    void giveBack(long bytes) {
        taken.addAndGet(-bytes);
    }

    /** Bytes taken now. */
    long taken() {
        return taken.get();
    }
}
