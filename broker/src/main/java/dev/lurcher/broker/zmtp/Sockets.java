package dev.lurcher.broker.zmtp;

import dev.lurcher.broker.loop.BindFault;
import dev.lurcher.broker.loop.EventLoops;
import dev.lurcher.broker.zmtp.ZmtpException.Code;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.PeerCredentials;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import org.jspecify.annotations.Nullable;

/** What differs between TCP and Unix sockets, and between epoll and the JDK's selectors. */
final class Sockets {
    /** A burst of replies comes in few reads; an idle peer holds no buffer at all. */
    private static final int LEAST_READ_BYTES = 1024;

    private static final int FIRST_READ_BYTES = 8192;
    private static final int MOST_READ_BYTES = 65536;

    private Sockets() {}

    /** A bootstrap with everything but its handlers. Nobody is accepted before {@code AUTO_READ} is switched on. */
    static ServerBootstrap bootstrap(EventLoops loops, Endpoint endpoint, ZmtpSettings settings) {
        int high = settings.writeBufferHighBytes();
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops.group())
                .option(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(high / 2, high))
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(LEAST_READ_BYTES, FIRST_READ_BYTES, MOST_READ_BYTES));
        switch (endpoint) {
            case Endpoint.Ipc ipc -> bootstrap.channel(loops.unixServer());
            case Endpoint.Tcp tcp -> {
                bootstrap
                        .channel(loops.tcpServer())
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.SO_KEEPALIVE, true);
                if (loops.transport() == EventLoops.Transport.EPOLL) {
                    watch(bootstrap, settings);
                }
            }
        }
        return bootstrap;
    }

    /** Lets the kernel notice hosts that vanish: it is all there is for peers that know no PING. */
    private static void watch(ServerBootstrap bootstrap, ZmtpSettings settings) {
        if (settings.heartbeatInterval().isZero()) {
            return;
        }
        int interval = Math.clamp(settings.heartbeatInterval().toSeconds(), 1, 32767);
        int probes = Math.clamp(settings.heartbeatTimeout().toSeconds() / interval, 1, 127);
        bootstrap
                .childOption(EpollChannelOption.TCP_KEEPIDLE, interval)
                .childOption(EpollChannelOption.TCP_KEEPINTVL, interval)
                .childOption(EpollChannelOption.TCP_KEEPCNT, probes);
    }

    /**
     * What to bind, as the transport names it.
     *
     * @throws ZmtpException UNKNOWN_HOST
     */
    static SocketAddress address(EventLoops loops, Endpoint endpoint) {
        return switch (endpoint) {
            case Endpoint.Tcp tcp -> tcp.address();
            case Endpoint.Ipc ipc ->
                loops.transport() == EventLoops.Transport.EPOLL
                        ? new DomainSocketAddress(ipc.path().toString())
                        : UnixDomainSocketAddress.of(ipc.path());
        };
    }

    /** The peer for a log line: {@code address:port}, or the process where the socket is a Unix one and the system tells. */
    static String remoteAddress(Channel channel) {
        if (channel.remoteAddress() instanceof InetSocketAddress address) {
            return NetUtil.toSocketAddressString(address);
        }
        PeerCredentials credentials = credentials(channel);
        return credentials == null ? "a local process" : "pid " + credentials.pid();
    }

    /** Who is at the other end of a Unix socket; null where the system does not tell. */
    static @Nullable PeerCredentials credentials(Channel channel) {
        try {
            return channel instanceof EpollDomainSocketChannel unix ? unix.peerCredentials() : null;
        } catch (IOException unknown) {
            return null;
        }
    }

    /** Tells why an endpoint cannot be bound. */
    static ZmtpException cannotBind(Endpoint endpoint, Throwable cause) {
        BindFault fault = BindFault.of(cause, endpoint instanceof Endpoint.Tcp tcp ? tcp.port() : 0);
        Code code = fault.kind() == BindFault.Kind.IN_USE ? Code.ADDRESS_IN_USE : Code.CANNOT_BIND;
        String fix = switch (fault.kind()) {
            case IN_USE -> "stop the process that listens there, or choose another endpoint";
            case NOT_ALLOWED ->
                endpoint instanceof Endpoint.Ipc
                        ? "choose a directory in which this user may write"
                        : "choose a port above 1023, or allow this user to bind lower ones";
            case NOT_HERE -> "write an address of this machine, or * for all of them";
            case NO_DIRECTORY -> "create the directory";
            case OTHER -> "choose another endpoint";
        };
        return new ZmtpException(
                code,
                "endpoint \"" + endpoint + "\" cannot be bound: " + fault.reason() + ". Fix: " + fix + ".",
                cause);
    }
}
