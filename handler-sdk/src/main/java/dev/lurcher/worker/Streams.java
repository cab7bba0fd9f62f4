package dev.lurcher.worker;

import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The threads that write the content of responses with a writer, one each. Any thread. */
final class Streams {
    private final Executor executor;
    private final @Nullable ExecutorService own;
    private @Nullable ScheduledExecutorService clock;

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

    /** Does something each second, until what is returned is cancelled. */
    synchronized Future<?> eachSecond(Beat beat) {
        if (clock == null) {
            clock = Executors.newSingleThreadScheduledExecutor(task -> {
                Thread thread = new Thread(task, "worker-clock");
                thread.setDaemon(true);
                return thread;
            });
        }
        Runnable task = () -> {
            try {
                beat.beat();
            } catch (IOException e) {
                // Who writes finds that out as well.
            }
        };
        return clock.scheduleWithFixedDelay(task, 1, 1, TimeUnit.SECONDS);
    }

    /** What is done each second. */
    interface Beat {
        void beat() throws IOException;
    }

    /** Ends the threads that are its own once their writers are done. */
    synchronized void close() {
        if (clock != null) {
            clock.shutdownNow();
        }
        if (own != null) {
            own.shutdown();
        }
    }
}
