package dev.lurcher.worker;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Worker} works.
 *
 * @param brokers where requests come from, at least one; {@link Client#broker} is a place in this list
 * @param executor runs the responder; null runs it in the thread that serves, one request after the other
 * @param atOnce most requests that the executor holds at a time, at least 1; further ones wait in the socket
 * @param onDisconnect told of clients that are gone; by the thread that serves, so it must not block
 * @param stopTime how long requests that are being answered may take when the worker is stopped
 */
public record WorkerSettings(
        List<Endpoints> brokers,
        @Nullable Executor executor,
        int atOnce,
        Consumer<Client> onDisconnect,
        Duration stopTime) {
    private static final Duration STOP_TIME = Duration.ofSeconds(10);

    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException if there is no broker, or {@code atOnce} or {@code stopTime} is out of range
     */
    public WorkerSettings {
        brokers = List.copyOf(brokers);
        if (brokers.isEmpty() || atOnce < 1 || stopTime.isNegative()) {
            throw new IllegalArgumentException("brokers=" + brokers + ", atOnce=" + atOnce + ", stopTime=" + stopTime);
        }
    }

    /** One thread, ten seconds to stop. */
    public static WorkerSettings of(Endpoints... brokers) {
        return new WorkerSettings(List.of(brokers), null, 1, client -> {}, STOP_TIME);
    }

    /**
     * The same, with the responder run by an executor. It may run on several threads at once, and answers overtake each other.
     *
     * @param executor a fixed pool, or one virtual thread per task; not shut down by the worker
     * @param atOnce for a pool its number of threads
     */
    public WorkerSettings withExecutor(Executor executor, int atOnce) {
        return new WorkerSettings(brokers, executor, atOnce, onDisconnect, stopTime);
    }

    /** The same, with someone to tell of clients that are gone. */
    public WorkerSettings withOnDisconnect(Consumer<Client> onDisconnect) {
        return new WorkerSettings(brokers, executor, atOnce, onDisconnect, stopTime);
    }

    /** The same, with another time to stop. */
    public WorkerSettings withStopTime(Duration stopTime) {
        return new WorkerSettings(brokers, executor, atOnce, onDisconnect, stopTime);
    }
}
