package dev.lurcher.broker.proxy;

import dev.lurcher.broker.config.Target;
import dev.lurcher.broker.loop.Deadlines;
import dev.lurcher.broker.loop.EventLoops;
import dev.lurcher.broker.telemetry.Counters;
import io.netty.channel.EventLoop;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One upstream HTTP server, as one row of table {@code proxy} names it. Any thread. */
public final class Upstream {
    private static final int HTTP_PORT = 80;

    private final Target.Proxy target;
    private final EventLoops loops;
    private final Names names;
    private final Counters counters;
    private final String authority;
    private final @Nullable InetSocketAddress literal;
    private final Map<EventLoop, UpstreamPool> pools = new ConcurrentHashMap<>();
    private volatile boolean retired;

    /**
     * Creates it, without connecting.
     *
     * @param names for an upstream that is not named by an IP address
     */
    public Upstream(Target.Proxy target, EventLoops loops, Names names, Counters counters) {
        this.target = target;
        this.loops = loops;
        this.names = names;
        this.counters = counters;
        byte[] address = NetUtil.createByteArrayFromIpAddressString(target.address());
        literal = address == null ? null : new InetSocketAddress(inet(address), target.port());
        boolean v6 =
                NetUtil.isValidIpV6Address(target.address()) && target.address().charAt(0) != '[';
        String host = v6 ? "[" + target.address() + "]" : target.address();
        authority = target.port() == HTTP_PORT ? host : host + ":" + target.port();
    }

    private static InetAddress inet(byte[] address) {
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an IP address has 4 or 16 bytes, not " + address.length, e);
        }
    }

    /**
     * Its connections on one event loop.
     *
     * @param deadlines the loop's
     */
    public UpstreamPool on(EventLoop loop, Deadlines deadlines) {
        UpstreamPool pool = pools.get(loop);
        return pool == null ? pools.computeIfAbsent(loop, first -> new UpstreamPool(this, loop, deadlines)) : pool;
    }

    /** Whether it is what a target of another configuration asks for, whatever the row of that. */
    public boolean isFor(Target.Proxy other) {
        return target.equals(other.at(target.row()));
    }

    /** No route leads to it any more: what is under way ends as it would, and no connection is kept after that. */
    public void retire() {
        retired = true;
        pools.values().forEach(UpstreamPool::retire);
    }

    boolean isRetired() {
        return retired;
    }

    /** Name or address with port, as in a Host field. */
    public String authority() {
        return authority;
    }

    Target.Proxy target() {
        return target;
    }

    EventLoops loops() {
        return loops;
    }

    Counters counters() {
        return counters;
    }

    /** Its address, where it is named by one. */
    @Nullable
    InetSocketAddress literal() {
        return literal;
    }

    Names names() {
        return names;
    }

    /** What one event loop may have of the connections: an equal share, and at least one. */
    int connectionsPerLoop() {
        int count = loops.all().size();
        return (target.limits().connections() + count - 1) / count;
    }

    /** What one event loop may have of the waiting requests. */
    int queuePerLoop() {
        int count = loops.all().size();
        return (int) (((long) target.limits().queueLimit() + count - 1) / count);
    }
}
