package dev.lurcher.broker.proxy;

import dev.lurcher.broker.loop.EventLoops;
import io.netty.channel.EventLoop;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks the hosts file and the name servers of {@code /etc/resolv.conf}, on the event loop that wants to know. Answers are kept as
 * long as they say, at most {@link #MOST_SECONDS}; failures for {@link #FAILURE_SECONDS}. Any thread.
 */
public final class DnsNames implements Names, AutoCloseable {
    private static final int MOST_SECONDS = 60;
    private static final int FAILURE_SECONDS = 1;
    private static final int QUERY_MILLIS = 2000;

    private final EventLoops loops;

    /** Made for the first name: most upstreams are named by address, and its classes take their time. */
    private @Nullable DnsAddressResolverGroup resolvers;

    /** Creates it for sockets of these loops. */
    public DnsNames(EventLoops loops) {
        this.loops = loops;
    }

    @Override
    public Future<List<InetSocketAddress>> addresses(String name, int port, EventLoop loop) {
        return resolvers().getResolver(loop).resolveAll(InetSocketAddress.createUnresolved(name, port));
    }

    private synchronized DnsAddressResolverGroup resolvers() {
        DnsAddressResolverGroup made = resolvers;
        if (made == null) {
            made = new DnsAddressResolverGroup(new DnsNameResolverBuilder()
                    .datagramChannelType(loops.datagram())
                    .socketChannelType(loops.tcpClient())
                    .queryTimeoutMillis(QUERY_MILLIS)
                    .ttl(0, MOST_SECONDS)
                    .negativeTtl(FAILURE_SECONDS));
            resolvers = made;
        }
        return made;
    }

    /** Before the event loops end. */
    @Override
    public synchronized void close() {
        if (resolvers != null) {
            resolvers.close();
        }
    }
}
