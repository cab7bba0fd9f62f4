package dev.lurcher.worker;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The threads that write the content of responses with a writer, one each. Any thread. */
final class Streams {
    private static final long IDLE_SECONDS = 10;

    private final Executor executor;
    private final @Nullable ExecutorService own;

    /** @param given what runs the writers; null for threads of its own */
    Streams(@Nullable Executor given) {
        if (given == null) {
            own = threads();
            executor = own;
        } else {
            own = null;
            executor = given;
        }
    }

    /** @throws RejectedExecutionException if there is no thread for it */
    void start(Runnable writing) {
        executor.execute(writing);
    }

    /** Ends the threads that are its own once their writers are done. */
    void close() {
        if (own != null) {
            own.shutdown();
        }
    }

    private static ExecutorService threads() {
        AtomicInteger count = new AtomicInteger();
        return new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), writing -> {
                    Thread thread = new Thread(writing, "worker-stream-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }
}
