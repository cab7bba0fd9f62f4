package dev.lurcher.worker;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Who does the work of a worker.
 *
 * @param executor runs the responder; null for the thread that serves, one request after the other, or for threads of its own
 * @param own whether the responder is run by threads of the worker's own
 * @param atOnce most requests that are answered at a time, at least 1; further ones wait
 * @param streams runs the writers of responses that have one; null gives each a thread of the worker's own
 */
record Threads(
        @Nullable Executor executor,
        boolean own,
        int atOnce,
        @Nullable Executor streams) {
    private static final long IDLE_SECONDS = 10;

    /**
     * As many threads as there are tasks: virtual ones where the JVM has them, otherwise such as wait a while for the next task.
     *
     * @param name begins their names
     */
    static ExecutorService unbounded(String name) {
        try {
            return virtual(name);
        } catch (ReflectiveOperationException e) {
            return new ThreadPoolExecutor(
                    0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), factory(name));
        }
    }

    /** Of Java 21; this is compiled for 17. In Java 19 and 20 they are a preview, which throws as if they were not there. */
    private static ExecutorService virtual(String name) throws ReflectiveOperationException {
        Class<?> type = Class.forName("java.lang.Thread$Builder");
        Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
        type.getMethod("name", String.class, long.class).invoke(builder, name + "-", 1L);
        ThreadFactory factory = (ThreadFactory) type.getMethod("factory").invoke(builder);
        return (ExecutorService) Executors.class
                .getMethod("newThreadPerTaskExecutor", ThreadFactory.class)
                .invoke(null, factory);
    }

    private static ThreadFactory factory(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
