package dev.lurcher.broker.http;

import dev.lurcher.broker.dispatch.HandlerPool;
import dev.lurcher.broker.dispatch.LoopContext;
import dev.lurcher.broker.dispatch.LoopContexts;
import dev.lurcher.broker.loop.Deadlines;
import dev.lurcher.broker.loop.EventLoops;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.tls.Certificates;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannelConfig;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.UnixChannel;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listening socket of one server, which a reload may replace, and the count of its connections.
 * <p>Past the limit a few clients more are taken in, only to be answered 503; then nothing is accepted until half of those
 * have gone. Nor is anything while the process has few file descriptors left, which files and workers need.
 * <p>Thread: bound and closed from anywhere; connections are made on their event loops.
 */
public final class HttpListener {
    private static final Logger LOG = LoggerFactory.getLogger(HttpListener.class);

    /** How many clients over the limit are answered at once; the rest wait in the kernel's backlog. */
    private static final int REFUSED_AT_ONCE = 64;

    /** How many of them may still be there when accepting goes on. */
    private static final int REFUSED_AT_REST = REFUSED_AT_ONCE / 2;

    private static final int BACKLOG = 1024;

    /** How many file descriptors are left to files and workers; clients wait in the kernel's backlog meanwhile. */
    private static final int RESERVED_DESCRIPTORS = 32;

    /** When to look again, where descriptors come back without a client's leaving. */
    private static final long LOOK_AGAIN_MILLIS = 500;

    private static final long LOG_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final HttpServer server;
    private final LoopContexts contexts;
    private final Room room;
    private final AtomicInteger open = new AtomicInteger();
    private final ChannelGroup connections = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE);
    private volatile @Nullable Channel listening;

    /** Stays once there is one: handshakes may be under way there, whatever clients speak that come now. */
    private volatile @Nullable TlsEntrance tls;

    private volatile boolean speaksTls;

    /** Whether accepting pauses; changed on the listening socket's loop only. */
    private volatile boolean paused;

    private boolean looksAgain;
    private long logAgainNanos = System.nanoTime();

    /**
     * For how many there is room.
     *
     * @param connections most client connections served at once
     * @param descriptors file descriptors that the process may have
     */
    public record Room(int connections, int descriptors) {}

    /** Creates a listener that is not bound yet, and takes in clients that speak HTTP as it is. */
    public HttpListener(HttpServer server, LoopContexts contexts, Room room) {
        this.server = server;
        this.contexts = contexts;
        this.room = room;
    }

    /**
     * Says what clients speak that connect from now on. Those that are there go on as they do, until their next answer.
     *
     * @param certificates the same whenever there are some; null: HTTP as it is
     */
    public void speakTls(@Nullable Certificates certificates) {
        if (certificates != null && tls == null) {
            tls = new TlsEntrance(certificates, server);
        }
        speaksTls = certificates != null;
        server.secure(speaksTls);
    }

    /**
     * Binds and starts to accept. What was bound before accepts nobody any more as soon as that is done; its connections end
     * with their next answer, or when they are idle for too long.
     *
     * @return completes with the bound address; fails with the socket's own exception when that cannot be had, and nothing has
     *     changed then
     */
    public CompletionStage<InetSocketAddress> bind(EventLoops loops, InetSocketAddress address) {
        Channel former = listening;
        boolean overlaps = former != null
                && former.localAddress() instanceof InetSocketAddress now
                && now.getPort() == address.getPort();
        boolean shares = overlaps && loops.transport() == EventLoops.Transport.EPOLL;
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops.group())
                .channel(loops.tcpServer())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .handler(new Acceptance())
                .childHandler(new Connections());
        if (shares) {
            // As 127.0.0.1 and 0.0.0.0: the system lets both be bound for the moment in which one follows the other.
            sharePort(former, true);
            bootstrap.option(EpollChannelOption.SO_REUSEPORT, true);
        }
        ChannelFuture binding = bootstrap.bind(address);
        CompletableFuture<InetSocketAddress> bound = new CompletableFuture<>();
        binding.addListener(done -> {
            if (done.isSuccess()) {
                listening = binding.channel();
                if (former != null) {
                    former.close();
                }
                if (shares) {
                    sharePort(binding.channel(), false);
                }
                // Behind the bootstrap's own, which stops accepting for a second.
                binding.channel().pipeline().addLast(new AcceptFailures());
                bound.complete((InetSocketAddress) binding.channel().localAddress());
            } else {
                if (shares) {
                    sharePort(former, false);
                }
                bound.completeExceptionally(done.cause());
            }
        });
        return bound;
    }

    private static void sharePort(@Nullable Channel channel, boolean shares) {
        if (channel != null) {
            channel.config().setOption(EpollChannelOption.SO_REUSEPORT, shares);
        }
    }

    /** Client connections now. */
    public int open() {
        return open.get();
    }

    /** Accepts nobody any more; lets go of idle connections, and of the others after their answer. */
    public void drain() {
        Channel channel = listening;
        if (channel != null) {
            channel.close();
        }
        for (LoopContext context : contexts.all()) {
            context.loop().execute(() -> {
                context.deadlines().forEach(HttpListener::drain);
                TlsEntrance entrance = tls;
                if (entrance != null) {
                    entrance.drain();
                }
            });
        }
    }

    /**
     * Accepts nobody any more and ends every connection, whatever it has under way.
     *
     * @return completes when all are closed; their loops may still have to say so to workers
     */
    public CompletionStage<Void> close() {
        Channel channel = listening;
        if (channel != null) {
            channel.close();
        }
        CompletableFuture<Void> closed = new CompletableFuture<>();
        connections.close().addListener(done -> closed.complete(null));
        return closed;
    }

    private static void drain(Deadlines.Expiring owner) {
        if (owner instanceof ConnectionDeadlines of) {
            of.connection().drain();
        }
    }

    /** Whether any client has a request in hand that is one for these workers, sent to them or not. */
    public CompletionStage<Boolean> hasRequestsFor(HandlerPool pool) {
        CompletionStage<Boolean> any = CompletableFuture.completedStage(false);
        for (LoopContext context : contexts.all()) {
            CompletableFuture<Boolean> here = new CompletableFuture<>();
            context.loop().execute(() -> here.complete(hasRequestsFor(pool, context)));
            any = any.thenCombine(here, Boolean::logicalOr);
        }
        return any;
    }

    private static boolean hasRequestsFor(HandlerPool pool, LoopContext context) {
        boolean[] found = new boolean[1];
        context.deadlines()
                .forEach(owner -> found[0] |= owner instanceof ConnectionDeadlines of
                        && of.connection().isFor(pool));
        return found[0];
    }

    private final class Connections extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            HttpSettings settings = server.settings();
            tune(channel, settings);
            connections.add(channel);
            int count = open.incrementAndGet();
            server.counters().increment(Counter.CONNECTIONS_ACCEPTED);
            server.counters().increment(Counter.CONNECTIONS_OPEN);
            channel.closeFuture().addListener(closed -> onClosed());
            boolean refused = count > room.connections();
            if (count >= room.connections() + REFUSED_AT_ONCE) {
                lookAtCount();
            }
            LoopContext context = contexts.of(channel.eventLoop());
            TlsEntrance entrance = speaksTls ? tls : null;
            if (entrance == null) {
                speakHttp(channel, context, Arrival.plain(refused));
            } else {
                entrance.enter(
                        channel,
                        context,
                        peer -> speakHttp(channel, context, Arrival.secure(refused, peer))
                                .onOpen());
            }
        }

        private HttpConnection speakHttp(Channel channel, LoopContext context, Arrival arrival) {
            HttpSettings settings = server.settings();
            RequestDecoder decoder = new RequestDecoder(settings.sizes(), settings.relaxed(), arrival.scheme());
            HttpConnection connection = new HttpConnection(server, context, channel, decoder, arrival);
            channel.pipeline().addLast(decoder).addLast(new HttpInbound(connection));
            return connection;
        }
    }

    private static void tune(Channel channel, HttpSettings settings) {
        ChannelConfig config = channel.config();
        int window = settings.windowBytes();
        // Going below the low mark is when workers that wait for credit are given some.
        config.setWriteBufferWaterMark(new WriteBufferWaterMark(window / 4, window / 2));
        if (settings.tcpKeepAlive()) {
            config.setOption(ChannelOption.SO_KEEPALIVE, true);
        }
        if (config instanceof EpollSocketChannelConfig epoll) {
            // Else the kernel takes megabytes for each client, which many slow clients of large answers let the loop
            // copy at once.
            epoll.setTcpNotSentLowAt(settings.unsentBytes());
        }
    }

    /** Stops before files and workers find no descriptor. The system gives each new one the least number that is free. */
    private final class Acceptance extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object accepted) {
            if (accepted instanceof UnixChannel client
                    && client.fd().intValue() >= room.descriptors() - RESERVED_DESCRIPTORS) {
                pauseForDescriptors(context.channel());
            }
            context.fireChannelRead(accepted);
        }
    }

    private void pauseForDescriptors(Channel channel) {
        logPause(
                "{} connections are open, and few file descriptors are left of {}: accepting pauses",
                room.descriptors());
        paused = true;
        channel.config().setAutoRead(false);
        if (!looksAgain) {
            looksAgain = true;
            Future<?> unused =
                    channel.eventLoop().schedule(() -> lookAgain(channel), LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void lookAgain(Channel channel) {
        looksAgain = false;
        if (channel.isOpen()) {
            acceptOrPause(channel);
        }
    }

    /** One line for each second in which nobody can be accepted. */
    private static final class AcceptFailures extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            LOG.warn("no connection can be accepted for a second: {}", cause.getMessage());
        }
    }

    private void onClosed() {
        server.counters().decrement(Counter.CONNECTIONS_OPEN);
        if (open.decrementAndGet() < room.connections() + REFUSED_AT_REST && paused) {
            lookAtCount();
        }
    }

    private void lookAtCount() {
        Channel channel = listening;
        if (channel != null && channel.isOpen()) {
            channel.eventLoop().execute(() -> acceptOrPause(channel));
        }
    }

    /** Decides by the connections that there are now. On one loop only, so that the last decision is the one that holds. */
    private void acceptOrPause(Channel channel) {
        if (open.get() >= room.connections() + REFUSED_AT_ONCE) {
            logPause(
                    "{} connections are open, the limit is {} (limits.connections): accepting pauses",
                    room.connections());
            paused = true;
            channel.config().setAutoRead(false);
        }
        // Looks at the count again: who left before paused was set has not said so.
        if (paused && open.get() < room.connections() + REFUSED_AT_REST) {
            paused = false;
            channel.config().setAutoRead(true);
        }
    }

    private void logPause(String why, int most) {
        long now = System.nanoTime();
        if (!paused && now - logAgainNanos >= 0) {
            logAgainNanos = now + LOG_PAUSE_NANOS;
            LOG.warn(why, open.get(), most);
        }
    }
}
