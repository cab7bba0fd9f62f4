package dev.lurcher.worker.httpserver;

import java.lang.reflect.Method;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads for exchanges where the program has set none. */
final class ExchangeThreads {
    private ExchangeThreads() {}

    /** A virtual thread each where the JDK has them (21), otherwise those of a pool that grows as it must. */
    static Executor executor() {
        try {
            Method method = Executors.class.getMethod("newVirtualThreadPerTaskExecutor");
            return (ExecutorService) method.invoke(null);
        } catch (ReflectiveOperationException e) {
            return Executors.newCachedThreadPool(daemons());
        }
    }

    private static ThreadFactory daemons() {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, "exchange-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
