package dev.lurcher.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A request that a worker has, and what has come for it so far. Any thread. */
public final class TestExchange {
    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final boolean bodiless;
    private final Runnable leave;
    private boolean closed;

    TestExchange(boolean bodiless, Runnable leave) {
        this.bodiless = bodiless;
        this.leave = leave;
    }

    /**
     * Waits for the whole answer.
     *
     * @throws AssertionError if it does not come
     */
    public TestAnswer answer() {
        return await("no whole answer", () -> TestAnswer.read(received.toByteArray(), bodiless, closed));
    }

    /**
     * Waits until a text has come, as one of an answer without an end.
     *
     * @return all that has come, read as UTF-8
     * @throws AssertionError if it does not come
     */
    public String awaitText(String text) {
        return await("\"" + text + "\" has not come", () -> {
            String all = received.toString(UTF_8);
            return all.contains(text) ? all : null;
        });
    }

    /**
     * Waits until the worker has closed the connection.
     *
     * @throws AssertionError if it does not
     */
    public void awaitClose() {
        await("the connection is open", () -> closed ? this : null);
    }

    /** The client goes: the worker is told. */
    public void leave() {
        leave.run();
    }

    void add(byte[] payload) {
        lock.lock();
        try {
            received.writeBytes(payload);
            closed |= payload.length == 0;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What has come, of which so many bytes are to be forgotten, once it is something. */
    <T> T await(String otherwise, Supplier<@Nullable T> look) {
        lock.lock();
        try {
            long left = DEADLINE_NANOS;
            T found = look.get();
            while (found == null) {
                if (left <= 0) {
                    throw new AssertionError(otherwise + "; come so far: " + received.toString(UTF_8));
                }
                left = changed.awaitNanos(left);
                found = look.get();
            }
            return found;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        } finally {
            lock.unlock();
        }
    }

    byte[] received() {
        return received.toByteArray();
    }
}
