package dev.lurcher.broker.proxy;

import dev.lurcher.broker.config.ProxyLimits;
import dev.lurcher.broker.loop.Deadlines;
import dev.lurcher.broker.proxy.UpstreamException.Fault;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.telemetry.Counters;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop to one upstream, and the requests that wait for one of them.
 * <p>A request gets the connection that was used last; else a new one, as long as there may be more; else it waits. One that
 * could not be sent again gets no connection that has been idle for more than a moment: the upstream may just be closing it.
 * <p>Thread: the event loop.
 */
public final class UpstreamPool extends Deadlines.Expiring {
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Upstream upstream;
    private final EventLoop loop;
    private final Deadlines deadlines;
    private final int mostOpen;
    private final int mostWaiting;

    /** The one used last at the end. */
    private final ArrayDeque<UpstreamConnection> idle = new ArrayDeque<>();

    private final ArrayDeque<UpstreamExchange> waiting = new ArrayDeque<>();

    /** Connections there are, and those being made. */
    private int open;

    UpstreamPool(Upstream upstream, EventLoop loop, Deadlines deadlines) {
        this.upstream = upstream;
        this.loop = loop;
        this.deadlines = deadlines;
        mostOpen = upstream.connectionsPerLoop();
        mostWaiting = upstream.queuePerLoop();
    }

    /**
     * Takes a request, whose head is sent as soon as there is a connection. The listener is called by and by, and perhaps
     * {@link AnswerListener#onRoom} before this returns.
     *
     * @return the exchange, or null when as many requests wait as may
     */
    public @Nullable UpstreamExchange offer(UpstreamRequest request, AnswerListener listener) {
        UpstreamExchange exchange = new UpstreamExchange(this, request, listener);
        UpstreamConnection kept = waiting.isEmpty() ? kept(request) : null;
        if (kept != null) {
            exchange.take(kept);
        } else if (open < mostOpen) {
            connect(exchange);
        } else if (waiting.size() < mostWaiting) {
            await(exchange);
        } else {
            return null;
        }
        return exchange;
    }

    private @Nullable UpstreamConnection kept(UpstreamRequest request) {
        UpstreamConnection latest = idle.peekLast();
        if (latest == null) {
            return null;
        } else if (request.isRepeatable() || System.nanoTime() - latest.idleSinceNanos() <= FRESH_NANOS) {
            return idle.pollLast();
        }
        if (open == mostOpen) {
            idle.getFirst().close();
        }
        return null;
    }

    private void await(UpstreamExchange exchange) {
        exchange.waitingSinceNanos = System.nanoTime();
        waiting.addLast(exchange);
        if (waiting.size() == 1) {
            deadlines.add(this);
            deadlines.set(
                    this, exchange.waitingSinceNanos + limits().queueTimeout().toNanos());
        }
    }

    /** Sends a request once more, by a connection that nobody has used. */
    void again(UpstreamExchange exchange) {
        upstream.counters().increment(Counter.UPSTREAM_REPEATED);
        if (open < mostOpen) {
            connect(exchange);
        } else {
            await(exchange);
        }
    }

    /** A waiting request is not wanted any more. */
    void forget(UpstreamExchange exchange) {
        if (waiting.remove(exchange) && waiting.isEmpty()) {
            deadlines.remove(this);
        }
    }

    private @Nullable UpstreamExchange nextWaiting() {
        UpstreamExchange next = waiting.pollFirst();
        if (next != null && waiting.isEmpty()) {
            deadlines.remove(this);
        }
        return next;
    }

    @Override
    protected void onDeadline(long now) {
        long most = limits().queueTimeout().toNanos();
        while (!waiting.isEmpty() && now - waiting.getFirst().waitingSinceNanos >= most) {
            UpstreamExchange late = nextWaiting();
            if (late != null) {
                late.fail(new UpstreamException(Fault.BUSY, "all connections to the upstream were busy for too long"));
            }
        }
        if (!waiting.isEmpty()) {
            deadlines.set(this, waiting.getFirst().waitingSinceNanos + most);
        }
    }

    // ---- connections

    private void connect(UpstreamExchange exchange) {
        open++;
        new Dial(this, exchange).start();
    }

    /** A connection was made for an exchange. */
    void onConnected(UpstreamConnection connection, UpstreamExchange exchange) {
        if (exchange.isOver()) {
            onFree(connection);
        } else {
            exchange.take(connection);
        }
    }

    /** No connection could be made for an exchange. */
    void onUnreachable(UpstreamExchange exchange, UpstreamException why) {
        open--;
        exchange.fail(why);
        serveNext();
    }

    /** A connection has nothing to do and is sound. */
    void onFree(UpstreamConnection connection) {
        UpstreamExchange next = nextWaiting();
        Duration keep = limits().keepTime();
        if (next != null) {
            next.take(connection);
        } else if (keep.isZero() || upstream.isRetired()) {
            connection.close();
        } else {
            idle.addLast(connection);
            connection.rest(keep);
        }
    }

    /** The upstream is retired. Any thread. */
    void retire() {
        loop.execute(() -> List.copyOf(idle).forEach(UpstreamConnection::close));
    }

    /** A connection has ended. */
    void onGone(UpstreamConnection connection) {
        open--;
        idle.remove(connection);
        serveNext();
    }

    /** A tunnel has ended. */
    void onTunnelGone() {
        open--;
        serveNext();
    }

    private void serveNext() {
        if (open < mostOpen) {
            UpstreamExchange next = nextWaiting();
            if (next != null) {
                connect(next);
            }
        }
    }

    Upstream upstream() {
        return upstream;
    }

    EventLoop loop() {
        return loop;
    }

    Deadlines deadlines() {
        return deadlines;
    }

    ProxyLimits limits() {
        return upstream.target().limits();
    }

    Counters counters() {
        return upstream.counters();
    }
}
