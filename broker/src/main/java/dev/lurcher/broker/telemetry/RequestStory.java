package dev.lurcher.broker.telemetry;

import dev.lurcher.protocol.WorkerControl.Hello;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What became of one request, as it is remembered. Texts are as in {@link LoggedExchange}; long paths are cut.
 *
 * @param requestId its number
 * @param began when
 * @param revision of the configuration that decided on it; 0 where none is known
 * @param remote the client's address and port
 * @param asked method, path and version, empty where it could not be read
 * @param way where it went
 * @param worker who had it last
 * @param times how long it took
 * @param answer what the client got
 */
public record RequestStory(
        long requestId,
        Instant began,
        long revision,
        String remote,
        Asked asked,
        Way way,
        Worker worker,
        Times times,
        Answer answer) {
    /**
     * What was asked for.
     *
     * @param traceParent the trace that it is part of
     */
    public record Asked(
            String method,
            String path,
            String version,
            @Nullable String traceParent) {}

    /**
     * How it was routed.
     *
     * @param host name of the host
     * @param hostRow its row
     * @param matching the pattern by which the host was found
     * @param route path of the route, empty where none was found
     * @param routeRow its row, 0 where none was found
     * @param target what the route leads to, as {@code handler hello}; empty likewise
     */
    public record Way(String host, long hostRow, String matching, String route, long routeRow, String target) {}

    /**
     * The workers.
     *
     * @param name what the last one calls itself, or its address; empty where none had the request
     * @param hello what it says of itself; null likewise
     * @param connectionId by which it was to answer
     * @param tries how many workers have had the request
     * @param earlier names of those that were lost before, with commas between
     */
    public record Worker(String name, @Nullable Hello hello, int connectionId, int tries, String earlier) {}

    /**
     * In microseconds.
     *
     * @param whole from the first byte of the request to the last of the answer
     * @param queue waiting for a worker
     */
    public record Times(long whole, long queue) {}

    /**
     * The end.
     *
     * @param status 0 where there was none
     * @param bytes sent to the client
     * @param outcome {@code answered}, {@code refused}, {@code cut} or {@code client_gone}
     * @param reason why the broker answered itself, or why it ended early; empty where it did not
     */
    public record Answer(int status, long bytes, String outcome, String reason) {}
}
