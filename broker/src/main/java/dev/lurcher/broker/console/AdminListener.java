package dev.lurcher.broker.console;

import dev.lurcher.broker.console.ConsoleException.Code;
import dev.lurcher.broker.loop.BindFault;
import dev.lurcher.broker.loop.EventLoops;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.InetSocketAddress;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The listening socket of the admin pages.
 * <p>Thread: opened and closed by any that is no event loop.
 */
public final class AdminListener implements AutoCloseable {
    private static final int MOST_CONNECTIONS = 64;
    private static final int MOST_WAITING = 32;
    private static final int IDLE_SECONDS = 10;

    /** From when a client connects until it has its answer. */
    private static final int MOST_SECONDS = 30;

    private static final int LINE_BYTES = 4096;
    private static final int HEADER_BYTES = 16 * 1024;
    private static final int CONTENT_BYTES = 1024;

    private final ChannelGroup connections = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE);
    private final ThreadPoolExecutor maker = new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_WAITING),
            new DefaultThreadFactory("admin", true));
    private final AdminPages pages;
    private final Proof proof;
    private final Channel listening;

    /**
     * What clients show, or come over.
     *
     * @param token that is to be shown; null where none is wanted
     * @param door for TLS; null for plain HTTP
     */
    public record Proof(
            @Nullable AdminToken token, @Nullable AdminDoor door) {
        /** Nothing, over plain HTTP. */
        public static final Proof NONE = new Proof(null, null);

        /** Whether there is something without which pages are not shown. */
        boolean isWanted() {
            return token != null || asksForCertificates();
        }

        /** What is wanted, in words. */
        String wanted() {
            String first = token == null ? "" : "a token is wanted: Authorization: Bearer ...";
            String second = asksForCertificates() ? "a certificate is wanted that admin.ca_chain vouches for" : "";
            return first + (first.isEmpty() || second.isEmpty() ? "" : "; or ") + second + "\n";
        }

        private boolean asksForCertificates() {
            return door != null && door.asksForCertificates();
        }

        /** Whether a client has shown enough. */
        boolean isGiven(Channel channel, @Nullable String authorization) {
            return (token != null && token.isShown(authorization)) || (door != null && door.vouchesFor(channel));
        }
    }

    private AdminListener(EventLoops loops, AdminAddress address, AdminPages pages, Proof proof) {
        this.pages = pages;
        this.proof = proof;
        maker.allowCoreThreadTimeOut(true);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops.group())
                .channel(loops.tcpServer())
                .option(ChannelOption.SO_REUSEADDR, true)
                .childHandler(new Connections());
        ChannelFuture binding = bootstrap.bind(address.address()).awaitUninterruptibly();
        if (!binding.isSuccess()) {
            throw new ConsoleException(
                    Code.CANNOT_LISTEN,
                    "admin.listen: cannot listen at " + address.host() + ":" + address.port() + ": "
                            + BindFault.of(binding.cause(), address.port()).reason()
                            + ". Fix: choose another port, or stop what has this one");
        }
        listening = binding.channel();
    }

    /**
     * Opens the listener.
     *
     * @param proof without which no pages are shown; nothing on the loopback only
     * @throws ConsoleException TOKEN_WANTED, CANNOT_LISTEN
     */
    public static AdminListener open(EventLoops loops, AdminAddress address, AdminPages pages, Proof proof) {
        if (!proof.isWanted() && !address.isLoopback()) {
            throw new ConsoleException(
                    Code.TOKEN_WANTED,
                    "admin.listen: other machines can reach " + address.host()
                            + ", and whoever does could see everything. Fix: listen at 127.0.0.1, or set admin.token_file, or admin.certificate and admin.ca_chain");
        }
        return new AdminListener(loops, address, pages, proof);
    }

    /** Where it is, with the real port when 0 was asked for. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listening.localAddress();
    }

    /** Ends it, and every connection. */
    @Override
    public void close() {
        listening.close().awaitUninterruptibly();
        connections.close().awaitUninterruptibly();
        maker.shutdownNow();
    }

    private final class Connections extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            if (connections.size() >= MOST_CONNECTIONS) {
                channel.close();
                return;
            }
            connections.add(channel);
            Future<?> end = channel.eventLoop().schedule((Runnable) channel::close, MOST_SECONDS, TimeUnit.SECONDS);
            channel.closeFuture().addListener(closed -> end.cancel(false));
            AdminDoor door = proof.door();
            if (door != null) {
                door.enter(channel);
            }
            channel.pipeline()
                    .addLast(new HttpServerCodec(LINE_BYTES, HEADER_BYTES, CONTENT_BYTES))
                    .addLast(new AdminExchange(pages, proof, maker));
        }
    }
}
