package dev.lurcher.worker;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** The threads that write the content of responses with a writer, one each. Any thread. */
final class Streams {
    private final Executor executor;
    private final @Nullable ExecutorService own;

    /** @param given what runs the writers; null for threads of its own */
    Streams(@Nullable Executor given) {
        if (given == null) {
            own = Threads.unbounded("worker-stream");
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
}
