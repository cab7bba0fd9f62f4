package dev.lurcher.broker.proxy;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.List;

/** Finds the addresses of host names. */
@FunctionalInterface
public interface Names {
    /**
     * Looks a name up, without blocking.
     *
     * @param name not an IP address
     * @return completes on the loop; at least one address with the port, the best first
     */
    Future<List<InetSocketAddress>> addresses(String name, int port, EventLoop loop);
}
