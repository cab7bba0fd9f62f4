package dev.lurcher.broker.telemetry;

import dev.lurcher.broker.telemetry.RequestStory.Answer;
import dev.lurcher.broker.telemetry.RequestStory.Asked;
import dev.lurcher.broker.telemetry.RequestStory.Times;
import dev.lurcher.broker.telemetry.RequestStory.Way;
import dev.lurcher.broker.telemetry.RequestStory.Worker;
import dev.lurcher.protocol.WorkerControl.Hello;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The place of one request in the memory; taken by another one later. Keeps references to what is small or lives on anyway, so that
 * remembering a request costs some dozen stores.
 * <p>Thread: one event loop.
 */
final class RequestSlot {
    /** Longer paths are cut: a client chooses them. */
    static final int MOST_PATH_CHARS = 256;

    long requestId;
    private long endedNanos;
    private long revision;
    private String remoteAddress = "";
    private int remotePort;
    private String method = "";
    private String path = "";
    private String version = "";
    private @Nullable String traceParent;
    private String host = "";
    private long hostRow;
    private String matching = "";
    private String route = "";
    private long routeRow;
    private String targetKind = "";
    private String targetName = "";
    private String worker = "";
    private @Nullable Hello hello;
    private int connectionId;
    private int tries;
    private String earlier = "";
    private long durationMicros;
    private long queueMicros;
    private int status;
    private long bytes;
    private String outcome = "";
    private String reason = "";

    void take(RememberedExchange exchange) {
        requestId = exchange.requestId();
        endedNanos = exchange.endedNanos();
        revision = exchange.revision();
        remoteAddress = exchange.remoteAddress();
        remotePort = exchange.remotePort();
        method = exchange.method();
        path = cut(exchange.path());
        version = exchange.version();
        traceParent = exchange.traceParent();
        host = exchange.host();
        hostRow = exchange.hostRow();
        matching = exchange.matching();
        route = exchange.route();
        routeRow = exchange.routeRow();
        targetKind = exchange.targetKind();
        targetName = exchange.targetName();
        worker = exchange.worker();
        hello = exchange.hello();
        connectionId = exchange.connectionId();
        tries = exchange.tries();
        earlier = exchange.earlierWorkers();
        durationMicros = exchange.durationMicros();
        queueMicros = exchange.queueMicros();
        status = exchange.status();
        bytes = exchange.bytesSent();
        outcome = exchange.outcome();
        reason = exchange.reason();
    }

    private static String cut(String path) {
        return path.length() <= MOST_PATH_CHARS ? path : path.substring(0, MOST_PATH_CHARS) + "...";
    }

    /**
     * What is kept here.
     *
     * @param now as {@link System#nanoTime()}
     * @param wall the same moment
     */
    RequestStory story(long now, Instant wall) {
        return new RequestStory(
                requestId,
                wall.minusNanos(now - endedNanos + TimeUnit.MICROSECONDS.toNanos(durationMicros)),
                revision,
                remoteAddress + ":" + remotePort,
                new Asked(method, path, version, traceParent),
                new Way(host, hostRow, matching, route, routeRow, (targetKind + " " + targetName).strip()),
                new Worker(worker, hello, connectionId, tries, earlier),
                new Times(durationMicros, queueMicros),
                new Answer(status, bytes, outcome, reason));
    }
}
