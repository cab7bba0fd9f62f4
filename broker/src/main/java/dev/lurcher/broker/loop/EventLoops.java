package dev.lurcher.broker.loop;

import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The broker's event loops, with the channel classes that belong to them. */
public final class EventLoops implements AutoCloseable {
    /** How bytes move. */
    public enum Transport {
        /** Linux's epoll, through Netty's native library. */
        EPOLL,
        /** The JDK's selectors: everywhere. */
        NIO
    }

    private final Transport transport;
    private final MultiThreadIoEventLoopGroup group;
    private final List<EventLoop> loops;

    private EventLoops(Transport transport, int count) {
        this.transport = transport;
        IoHandlerFactory factory =
                transport == Transport.EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        group = new MultiThreadIoEventLoopGroup(count, new DefaultThreadFactory("loop"), factory);
        loops = new ArrayList<>(count);
        for (EventExecutor executor : group) {
            loops.add((EventLoop) executor);
        }
    }

    /** Does beforehand what the first start in a process does once: loads Netty's native library. Any thread. */
    public static void prepare() {
        // No more than this: classes that depend on each other in a circle must not be initialised by two threads.
        Epoll.isAvailable();
    }

    /**
     * Starts event loops on the best transport there is.
     *
     * @param count loops wanted, 1..256; 0 takes half of the processors, at least one: workers usually share the machine
     */
    public static EventLoops start(int count) {
        return start(count, Epoll.isAvailable() ? Transport.EPOLL : Transport.NIO);
    }

    /**
     * Starts event loops on a given transport.
     *
     * @param count as in {@link #start(int)}
     */
    public static EventLoops start(int count, Transport transport) {
        return new EventLoops(
                transport, count == 0 ? Math.max(1, Runtime.getRuntime().availableProcessors() / 2) : count);
    }

    /** How bytes move. */
    public Transport transport() {
        return transport;
    }

    /** All loops, for a {@code ServerBootstrap}. */
    public MultiThreadIoEventLoopGroup group() {
        return group;
    }

    /** All loops in a fixed order. */
    public List<EventLoop> all() {
        return loops;
    }

    /** Listens on TCP. */
    public Class<? extends ServerChannel> tcpServer() {
        return transport == Transport.EPOLL ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /** Listens on a Unix socket. */
    public Class<? extends ServerChannel> unixServer() {
        return transport == Transport.EPOLL ? EpollServerDomainSocketChannel.class : NioServerDomainSocketChannel.class;
    }

    /** Connects over TCP. */
    public Class<? extends SocketChannel> tcpClient() {
        return transport == Transport.EPOLL ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    /** Sends datagrams. */
    public Class<? extends DatagramChannel> datagram() {
        return transport == Transport.EPOLL ? EpollDatagramChannel.class : NioDatagramChannel.class;
    }

    /** Returns when every loop has done what waits for it now, or after five seconds. Not to be called by a loop. */
    public void settle() {
        for (Future<?> done : loops.stream().map(loop -> loop.submit(() -> {})).toList()) {
            done.awaitUninterruptibly(5, TimeUnit.SECONDS);
        }
    }

    /** Stops every loop; channels that are still open are closed, and their handlers hear of it. Waits at most five seconds. */
    @Override
    public void close() {
        if (!group.isShuttingDown()) {
            loops.forEach(EventLoops::makeLastRound);
            long most = TimeUnit.SECONDS.toNanos(5);
            group.shutdownGracefully(1, most, TimeUnit.NANOSECONDS).awaitUninterruptibly(most, TimeUnit.NANOSECONDS);
        }
    }

    /**
     * A loop closes its channels at the beginning of a round, and looks at its end whether it may stop: one that is told to in
     * between would leave them open. With a hook to run, and a quiet period of any length, it goes round once more.
     */
    private static void makeLastRound(EventLoop loop) {
        ((SingleThreadEventExecutor) loop).addShutdownHook(() -> {});
    }
}
