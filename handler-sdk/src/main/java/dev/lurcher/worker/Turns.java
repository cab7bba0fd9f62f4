package dev.lurcher.worker;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Runs what a worker does for its clients: all at once, or what belongs to one conversation in its order. Any thread.
 */
final class Turns {
    private final @Nullable Executor executor;
    private final @Nullable ExecutorService own;
    /** What waits behind the task of a client that is running; no entry where none is. */
    private final Map<Client, Queue<Runnable>> waiting = new HashMap<>();

    Turns(Threads threads) {
        own = threads.own() ? Threads.unbounded("worker") : null;
        executor = own == null ? threads.executor() : own;
    }

    /** Whether tasks are run by whoever brings them. */
    boolean areInline() {
        return executor == null;
    }

    /**
     * Runs a task as soon as a thread has time.
     *
     * @throws RejectedExecutionException if none ever will
     */
    void run(Runnable task) {
        if (executor == null) {
            task.run();
        } else {
            executor.execute(task);
        }
    }

    /** As {@link #run}, after the tasks that were brought for the same client before, and not beside them. */
    void run(Client client, Runnable task) {
        if (executor == null) {
            task.run();
            return;
        }
        synchronized (waiting) {
            Queue<Runnable> behind = waiting.get(client);
            if (behind != null) {
                behind.add(task);
                return;
            }
            waiting.put(client, new ArrayDeque<>());
        }
        try {
            executor.execute(() -> runAll(client, task));
        } catch (RejectedExecutionException e) {
            synchronized (waiting) {
                waiting.remove(client);
            }
            throw e;
        }
    }

    /** Ends the threads that are its own once they are done. */
    void close() {
        if (own != null) {
            own.shutdown();
        }
    }

    private void runAll(Client client, Runnable first) {
        Runnable task = first;
        while (task != null) {
            task.run();
            task = next(client);
        }
    }

    private @Nullable Runnable next(Client client) {
        synchronized (waiting) {
            Queue<Runnable> behind = waiting.get(client);
            Runnable next = behind == null ? null : behind.poll();
            if (next == null) {
                waiting.remove(client);
            }
            return next;
        }
    }
}
