package dev.lurcher.broker.control;

import dev.lurcher.broker.telemetry.RequestStory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a running broker can be asked to tell and to do.
 * <p>Thread: any that is no event loop; calls may wait for one. What cannot be done is a {@link ControlException}.
 */
public interface Operations {
    /**
     * What the server's row says, but for the port, which is the real one.
     *
     * @param chroot and all that follow: as they are configured
     */
    record Server(
            String uuid,
            int port,
            String bindAddress,
            String chroot,
            String accessLog,
            String errorLog,
            String pidFile,
            String defaultHost) {}

    /** What a client's connection is used for. */
    enum Use {
        /** Nothing has come yet. */
        UNKNOWN(0),
        /** HTTP. */
        HTTP(1),
        /** Messages of JSON and XML sockets. */
        MESSAGES(2),
        /** A WebSocket. */
        WEBSOCKET(3);

        private final int number;

        Use(int number) {
            this.number = number;
        }

        /** Mongrel2's number for it. */
        public int number() {
            return number;
        }
    }

    /**
     * A client's connection.
     *
     * @param id by which workers know it now; -1 where none does
     * @param descriptor its file descriptor; -1 where the system does not tell
     * @param pingSeconds since it began a request or a session, or was opened
     * @param readSeconds since bytes came; 0 where none has
     * @param writtenSeconds since bytes were sent; 0 where none were
     */
    record Connection(
            int id,
            int descriptor,
            Use use,
            long pingSeconds,
            long readSeconds,
            long writtenSeconds,
            long bytesRead,
            long bytesWritten) {}

    /** A handler's queue. Times are in microseconds; the waits are those of the last half to whole minute. */
    record Queue(
            String handler,
            int depth,
            long bytes,
            long oldestMicros,
            Waits waits,
            int inFlight,
            int workers,
            long answersPerMinute,
            long pausedMillis) {}

    /** How long requests waited for a worker, in microseconds: half of them, 95 and 99 of 100 at most so long. */
    record Waits(long p50, long p95, long p99) {}

    /**
     * A worker.
     *
     * @param handler whose requests it takes
     * @param number unique in this life of the broker
     * @param name what it calls itself, or its address
     * @param managed whether it speaks the two-way protocol, and so can say the next five
     * @param inFlight requests that it has and has not answered to the end
     * @param limit most that it may hold unanswered; 0 for no bound
     * @param draining whether it gets nothing new
     */
    record Worker(
            String handler,
            long number,
            String name,
            String address,
            boolean managed,
            String host,
            long pid,
            String application,
            String version,
            int inFlight,
            int overdue,
            int limit,
            long answered,
            boolean draining,
            long connectedSeconds) {}

    /** A request that waits for a worker, as far as it says who asks what. */
    record Waiting(
            String handler,
            int connectionId,
            long waitedMicros,
            String method,
            String path,
            String host,
            String remoteAddress,
            long bytes,
            int tries) {}

    /** A thread. */
    record Task(long id, boolean system, String name, String state, String status) {}

    /**
     * What came of a reload.
     *
     * @param applied whether the new configuration is in force
     * @param changes what is different now; sentences
     * @param problems what is wrong with it, as {@code broker check} says it
     * @param needRestart what takes effect only when the broker is started again
     */
    record Reload(boolean applied, List<String> changes, List<String> problems, List<String> needRestart) {}

    /** What is to be paused or resumed. */
    enum Scope {
        /** A handler, by its {@code send_ident}. */
        HANDLER,
        /** All handlers to which routes of a host lead, by the host's name. */
        HOST,
        /** A handler, or a host where no handler is called so. */
        EITHER
    }

    // ---- the server

    /** What is running. */
    Server server();

    /** All connections of clients, those that come or go meanwhile perhaps not. */
    List<Connection> connections();

    /** The threads of the process. */
    List<Task> tasks();

    /** Closes a client's connection at once; false where no client has this id. */
    boolean kill(int connectionId);

    /** All that is counted, by name, in a fixed order. */
    Map<String, Long> stats();

    /** What became of a request, if it is remembered. */
    Optional<RequestStory> why(long requestId);

    /** The latest requests that failed, newest first. */
    List<RequestStory> failures(int most);

    // ---- the process

    /** Has running requests finish, and the process end. */
    void stop();

    /** Reads the configuration again, and takes it where it is sound. */
    Reload reload();

    /** Opens the log files anew. */
    void reopenLogs();

    /** Closes the control port until the next start. */
    void closeControlPort();

    // ---- handlers, their queues and workers

    /** One for each handler, by name. */
    List<Queue> queues();

    /** By handler and number. */
    List<Worker> workers();

    /** The oldest requests that wait for workers of a handler. */
    List<Waiting> peek(String handler, int most);

    /**
     * Answers requests that wait with 503, and takes them out of their queue.
     *
     * @param handler null for all
     * @param older only those that have waited for so long
     * @return how many
     */
    int drop(@Nullable String handler, Duration older);

    /**
     * Holds requests back until they are resumed.
     *
     * @param most after which that happens by itself
     * @return the queues of the handlers that are paused now by this
     */
    List<Queue> pause(Scope scope, String name, Duration most);

    /** Gives held requests to the workers that are there; null resumes everything. Returns the queues that were paused. */
    List<Queue> resume(Scope scope, @Nullable String name);

    /**
     * Gives workers nothing new.
     *
     * @param worker number or name
     * @return those that it names
     */
    List<Worker> drain(String worker);

    /** Closes connections of workers; what they hold is given to others or fails, as when they are lost. As {@link #drain}. */
    List<Worker> kick(String worker);
}
