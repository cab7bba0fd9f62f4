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
 * @param threads who does the work
 * @param onDisconnect told of clients that are gone; by the thread that serves, so it must not block
 * @param stopTime how long requests that are being answered may take when the worker is stopped
 * @param identity what the worker tells its brokers of itself
 * @param capacity most requests that one broker gives it at a time, from 1; 0 leaves that to the broker
 * @param classic whether it speaks Mongrel2's protocol to every broker, over two sockets, instead of finding out
 */
public record WorkerSettings(
        List<Endpoints> brokers,
        Threads threads,
        Consumer<Client> onDisconnect,
        Duration stopTime,
        Identity identity,
        int capacity,
        boolean classic) {
    private static final Duration STOP_TIME = Duration.ofSeconds(10);

    /**
     * Who does the work.
     *
     * @param executor runs the responder; null runs it in the thread that serves, one request after the other
     * @param atOnce most requests that the executor holds at a time, at least 1; further ones wait
     * @param streams runs the writers of responses that have one; null gives each a thread of the worker's own
     */
    public record Threads(
            @Nullable Executor executor,
            int atOnce,
            @Nullable Executor streams) {
        /**
         * Takes them.
         *
         * @throws IllegalArgumentException if {@code atOnce} is out of range
         */
        public Threads {
            if (atOnce < 1) {
                throw new IllegalArgumentException("atOnce=" + atOnce);
            }
        }
    }

    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException if there is no broker, or {@code stopTime} or {@code capacity} is negative
     */
    public WorkerSettings {
        brokers = List.copyOf(brokers);
        if (brokers.isEmpty() || stopTime.isNegative() || capacity < 0) {
            throw new IllegalArgumentException(
                    "brokers=" + brokers + ", stopTime=" + stopTime + ", capacity=" + capacity);
        }
    }

    /** One thread, ten seconds to stop, as many requests as the broker sees fit. */
    public static WorkerSettings of(Endpoints... brokers) {
        return new WorkerSettings(
                List.of(brokers), new Threads(null, 1, null), client -> {}, STOP_TIME, Identity.ofProcess(), 0, false);
    }

    /**
     * The same, with the responder run by an executor. It may run on several threads at once, and answers overtake each other.
     *
     * @param executor a fixed pool, or one virtual thread per task; not shut down by the worker
     * @param atOnce for a pool its number of threads
     */
    public WorkerSettings withExecutor(Executor executor, int atOnce) {
        return with(new Threads(executor, atOnce, threads.streams()));
    }

    /**
     * The same, with the writers of {@link Response#withBody} run by an executor. Each takes a thread until it has written
     * all: the executor must have as many as there are streams at a time, or let them wait.
     *
     * @param streams for example one virtual thread per task; not shut down by the worker
     */
    public WorkerSettings withStreams(Executor streams) {
        return with(new Threads(threads.executor(), threads.atOnce(), streams));
    }

    /** The same, with someone to tell of clients that are gone. */
    public WorkerSettings withOnDisconnect(Consumer<Client> onDisconnect) {
        return new WorkerSettings(brokers, threads, onDisconnect, stopTime, identity, capacity, classic);
    }

    /** The same, with another time to stop. */
    public WorkerSettings withStopTime(Duration stopTime) {
        return new WorkerSettings(brokers, threads, onDisconnect, stopTime, identity, capacity, classic);
    }

    /** The same under another name; a program that is started several times should give each its own. */
    public WorkerSettings withName(String name) {
        return with(new Identity(name, identity.application(), identity.version()));
    }

    /** The same for a program of this name and version. */
    public WorkerSettings withApplication(String application, String version) {
        return with(new Identity(identity.name(), application, version));
    }

    /**
     * The same with a bound for what each broker gives it at a time. Brokers leave what is beyond it to other workers.
     *
     * @param capacity at least 1; for a worker with threads that wait for something else, about their number
     * @throws IllegalArgumentException if it is less
     */
    public WorkerSettings withCapacity(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity=" + capacity);
        }
        return new WorkerSettings(brokers, threads, onDisconnect, stopTime, identity, capacity, classic);
    }

    /**
     * The same, speaking Mongrel2's protocol to every broker. Not needed for Mongrel2, which a worker recognises; a stop then
     * loses what the broker sends in that moment, and streams are not paced.
     */
    public WorkerSettings withClassic(boolean classic) {
        return new WorkerSettings(brokers, threads, onDisconnect, stopTime, identity, capacity, classic);
    }

    private WorkerSettings with(Threads threads) {
        return new WorkerSettings(brokers, threads, onDisconnect, stopTime, identity, capacity, classic);
    }

    private WorkerSettings with(Identity identity) {
        return new WorkerSettings(brokers, threads, onDisconnect, stopTime, identity, capacity, classic);
    }
}
