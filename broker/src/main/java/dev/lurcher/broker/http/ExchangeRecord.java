package dev.lurcher.broker.http;

import dev.lurcher.broker.config.Route;
import dev.lurcher.broker.dispatch.Exchange;
import dev.lurcher.broker.dispatch.HandlerPool;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What there is to say about the exchange that a connection has in hand, for the access log and the counters. One per
 * connection, reused.
 * <p>Thread: the connection's event loop.
 */
public final class ExchangeRecord {
    /** How an exchange ended. */
    public enum Outcome {
        /** A worker's answer reached its end. */
        ANSWERED,
        /** The broker answered itself. */
        REFUSED,
        /** The client left before its answer was complete. */
        CLIENT_GONE
    }

    private static final long ID_STEP = 0x9e37_79b9_7f4a_7c15L;

    private final String remoteAddress;
    private final int remotePort;
    private long requestId = ThreadLocalRandom.current().nextLong();

    private @Nullable Request request;
    private @Nullable Route route;
    private @Nullable HandlerPool pool;
    private @Nullable Refusal refusal;
    private Outcome outcome = Outcome.ANSWERED;
    private int connectionId;
    private int status;
    private long bytes;
    private long startedNanos;
    private long heldNanos;
    private long firstByteNanos;

    ExchangeRecord(SocketAddress remote) {
        if (remote instanceof InetSocketAddress address) {
            remoteAddress = address.getAddress().getHostAddress();
            remotePort = address.getPort();
        } else {
            remoteAddress = "";
            remotePort = 0;
        }
    }

    void start(long now, @Nullable Request newRequest) {
        requestId += ID_STEP;
        request = newRequest;
        route = null;
        pool = null;
        refusal = null;
        connectionId = 0;
        status = 0;
        bytes = 0;
        startedNanos = now;
        heldNanos = 0;
        firstByteNanos = 0;
    }

    void routed(Route newRoute) {
        route = newRoute;
    }

    void offered(HandlerPool to, int id) {
        pool = to;
        connectionId = id;
    }

    void answerBegins(Exchange exchange, long now) {
        heldNanos = exchange.heldNanos();
        firstByteNanos = now;
    }

    void sent(int more) {
        bytes += more;
    }

    void answered(int answerStatus) {
        status = answerStatus;
        outcome = Outcome.ANSWERED;
    }

    void refused(Refusal why) {
        refusal = why;
        status = why.error().status();
        outcome = Outcome.REFUSED;
    }

    void clientGone(int answerStatus) {
        status = answerStatus;
        outcome = Outcome.CLIENT_GONE;
    }

    /** Sixteen hexadecimal digits, different for each exchange. */
    String requestId() {
        return Long.toHexString(requestId | Long.MIN_VALUE);
    }

    String remoteAddress() {
        return remoteAddress;
    }

    int remotePort() {
        return remotePort;
    }

    @Nullable
    Request request() {
        return request;
    }

    @Nullable
    Route route() {
        return route;
    }

    @Nullable
    HandlerPool pool() {
        return pool;
    }

    @Nullable
    Refusal refusal() {
        return refusal;
    }

    Outcome outcome() {
        return outcome;
    }

    int connectionId() {
        return connectionId;
    }

    /** The answer's status; 0 where it had none. */
    int status() {
        return status;
    }

    /** Bytes sent to the client, head included. */
    long bytes() {
        return bytes;
    }

    long startedNanos() {
        return startedNanos;
    }

    /** When a worker took it; 0 when none did. */
    long heldNanos() {
        return heldNanos;
    }

    long firstByteNanos() {
        return firstByteNanos;
    }
}
