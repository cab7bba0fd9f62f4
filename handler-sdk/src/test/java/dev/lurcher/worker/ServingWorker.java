package dev.lurcher.worker;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.lurcher.worker.testing.FakeBroker;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A worker that serves in a thread of its own; closing it fails the test if it does not end, or ended badly. */
final class ServingWorker implements AutoCloseable {
    private final Worker worker;
    private final Thread thread;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    ServingWorker(WorkerBuilder settings, Responder responder) {
        worker = settings.build();
        thread = new Thread(() -> worker.serve(responder), "test-worker");
        thread.setUncaughtExceptionHandler((ended, thrown) -> failure.set(thrown));
        thread.start();
    }

    Worker worker() {
        return worker;
    }

    /** Waits until the worker has ended. */
    void await() throws InterruptedException {
        thread.join(FakeBroker.DEADLINE.toMillis());
        assertFalse(thread.isAlive(), "the worker has not ended");
        Throwable thrown = failure.get();
        if (thrown != null) {
            throw new AssertionError("the worker failed", thrown);
        }
    }

    @Override
    public void close() throws InterruptedException {
        worker.stop();
        await();
    }
}
