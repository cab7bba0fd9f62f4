package dev.lurcher.broker.http;

import dev.lurcher.broker.config.Host;
import dev.lurcher.broker.config.Route;
import dev.lurcher.broker.config.Target;
import dev.lurcher.broker.dispatch.Exchange;
import dev.lurcher.broker.dispatch.Worker;
import dev.lurcher.broker.telemetry.RememberedExchange;
import dev.lurcher.broker.telemetry.RouteTraffic;
import dev.lurcher.broker.telemetry.TrafficLane;
import dev.lurcher.protocol.WorkerControl.Hello;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What there is to say about the exchange that a connection has in hand, for the access log and the counters. One per
 * connection, reused.
 * <p>Thread: the connection's event loop.
 */
public final class ExchangeRecord implements RememberedExchange {
    /** How an exchange ended. */
    public enum Outcome {
        /** The answer reached its end. */
        ANSWERED,
        /** The broker answered itself. */
        REFUSED,
        /** The answer had begun and could not be brought to its end. */
        CUT,
        /** The client left before its answer was complete. */
        CLIENT_GONE
    }

    private static final long ID_STEP = 0x9e37_79b9_7f4a_7c15L;

    private final int loop;
    private final TrafficLane lane;
    private final String remoteAddress;
    private final int remotePort;
    private long requestId = ThreadLocalRandom.current().nextLong();

    private @Nullable Request request;
    private @Nullable Host host;
    private @Nullable Route route;
    private @Nullable Exchange exchange;
    private @Nullable HttpError cause;
    private @Nullable Object countedFor;
    private @Nullable RouteTraffic counted;
    private Outcome outcome = Outcome.ANSWERED;
    private int status;
    private long bytes;
    private long revision;
    private long startedNanos;
    private long endedNanos;

    /**
     * Creates the record of a connection.
     *
     * @param loop the place among all of the event loop on which it lives
     * @param lane where that loop counts
     */
    ExchangeRecord(SocketAddress remote, int loop, TrafficLane lane) {
        this.loop = loop;
        this.lane = lane;
        if (remote instanceof InetSocketAddress address) {
            remoteAddress = address.getAddress().getHostAddress();
            remotePort = address.getPort();
        } else {
            remoteAddress = "";
            remotePort = 0;
        }
    }

    void start(long now, @Nullable Request newRequest, long newRevision) {
        revision = newRevision;
        requestId += ID_STEP;
        request = newRequest;
        host = null;
        route = null;
        exchange = null;
        cause = null;
        status = 0;
        bytes = 0;
        startedNanos = now;
        lane.begin();
    }

    /** Counts the exchange, which has ended. */
    void count() {
        traffic().end(status, reason(), durationMicros(), bytes);
    }

    /** Where it is counted. Most requests of a connection take the route of the one before. */
    @SuppressWarnings("ReferenceEquality") // comparing routes by value would cost more than a look-up
    private RouteTraffic traffic() {
        Object identity = route == null ? host : route;
        if (counted == null || identity != countedFor) {
            countedFor = identity;
            counted = lane.of(identity, host(), route());
        }
        return counted;
    }

    void routed(Host newHost, @Nullable Route newRoute) {
        host = newHost;
        route = newRoute;
    }

    void offered(@Nullable Exchange offered) {
        exchange = offered;
    }

    void sent(long more) {
        bytes += more;
    }

    void answered(int answerStatus) {
        end(Outcome.ANSWERED, answerStatus);
    }

    void refused(Refusal why) {
        cause = why.error();
        end(Outcome.REFUSED, why.error().status());
    }

    void cut(int answerStatus, HttpError why) {
        cause = why;
        end(Outcome.CUT, answerStatus);
    }

    void clientGone(int answerStatus) {
        end(Outcome.CLIENT_GONE, answerStatus);
    }

    private void end(Outcome how, int answerStatus) {
        outcome = how;
        status = answerStatus;
        endedNanos = System.nanoTime();
    }

    /** Lets go of the exchange, which has been told of: a connection without one must not keep its content. */
    void forget() {
        request = null;
        exchange = null;
    }

    /** The request's number as {@code X-Request-Id} and the access log show it: sixteen hexadecimal digits. */
    String requestIdText() {
        return HexFormat.of().toHexDigits(requestId);
    }

    long startedNanos() {
        return startedNanos;
    }

    @Override
    public String host() {
        return host == null ? "" : host.name();
    }

    @Override
    public String route() {
        return route == null ? "" : route.path();
    }

    @Override
    public String handler() {
        return exchange == null ? "" : exchange.pool().name();
    }

    @Override
    public String remoteAddress() {
        return remoteAddress;
    }

    @Override
    public int remotePort() {
        return remotePort;
    }

    @Override
    public String method() {
        return request == null ? "" : request.method();
    }

    @Override
    public String path() {
        return request == null ? "" : request.path();
    }

    @Override
    public @Nullable String query() {
        return request == null ? null : request.query();
    }

    @Override
    public String version() {
        return request == null ? "" : request.version();
    }

    @Override
    public @Nullable String referer() {
        return request == null ? null : request.field("referer");
    }

    @Override
    public @Nullable String userAgent() {
        return request == null ? null : request.field("user-agent");
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public long bytesSent() {
        return bytes;
    }

    @Override
    public long durationMicros() {
        return TimeUnit.NANOSECONDS.toMicros(endedNanos - startedNanos);
    }

    @Override
    public long queueMicros() {
        if (exchange == null) {
            return 0;
        }
        long held = exchange.heldNanos();
        return TimeUnit.NANOSECONDS.toMicros((held == 0 ? endedNanos : held) - exchange.offeredNanos());
    }

    @Override
    public int connectionId() {
        return exchange == null ? 0 : exchange.connectionId();
    }

    @Override
    public long requestId() {
        return requestId;
    }

    @Override
    public String reason() {
        return switch (outcome) {
            case ANSWERED -> "";
            case REFUSED, CUT -> cause == null ? "" : cause.code();
            case CLIENT_GONE -> "client_gone";
        };
    }

    @Override
    public int loop() {
        return loop;
    }

    @Override
    public long endedNanos() {
        return endedNanos;
    }

    @Override
    public long revision() {
        return revision;
    }

    @Override
    public long hostRow() {
        return host == null ? 0 : host.row();
    }

    @Override
    public String matching() {
        return host == null ? "" : host.matching();
    }

    @Override
    public long routeRow() {
        return route == null ? 0 : route.row();
    }

    @Override
    public String targetKind() {
        return switch (target()) {
            case null -> "";
            case Target.Handler to -> "handler";
            case Target.Directory to -> "directory";
            case Target.Proxy to -> "proxy";
        };
    }

    @Override
    public String targetName() {
        return switch (target()) {
            case null -> "";
            case Target.Handler to -> to.sendIdent();
            case Target.Directory to -> to.base();
            case Target.Proxy to -> to.address();
        };
    }

    private @Nullable Target target() {
        return route == null ? null : route.target();
    }

    private @Nullable Worker lastWorker() {
        return exchange == null ? null : exchange.worker();
    }

    @Override
    public String worker() {
        Worker last = lastWorker();
        return last == null ? "" : last.name();
    }

    @Override
    public @Nullable Hello hello() {
        Worker last = lastWorker();
        return last == null ? null : last.hello();
    }

    @Override
    public int tries() {
        return exchange == null ? 0 : exchange.heldNanos() == 0 ? exchange.tries() - 1 : exchange.tries();
    }

    @Override
    public String earlierWorkers() {
        return exchange == null ? "" : exchange.earlierWorkers();
    }

    @Override
    public @Nullable String traceParent() {
        return request == null ? null : request.field("traceparent");
    }

    @Override
    public String outcome() {
        return switch (outcome) {
            case ANSWERED -> "answered";
            case REFUSED -> "refused";
            case CUT -> "cut";
            case CLIENT_GONE -> "client_gone";
        };
    }
}
