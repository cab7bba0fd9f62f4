package dev.lurcher.broker.zmtp;

import dev.lurcher.broker.loop.EventLoops;
import dev.lurcher.broker.zmtp.ZmtpCounters.Event;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.unix.PeerCredentials;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bound endpoint and its peers.
 * <p>Thread: any. The stages complete on an event loop, so what depends on them may not block.
 */
public final class ZmtpListener {
    private static final Logger LOG = LoggerFactory.getLogger(ZmtpListener.class);
    private static final int ROOT = 0;

    private final Terms terms;
    private final Set<PeerConnection> connections = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private volatile Endpoint endpoint;
    private volatile boolean closing;
    private volatile boolean unbound;
    private volatile @Nullable Channel server;
    private volatile @Nullable SocketFile file;

    private ZmtpListener(Terms terms) {
        this.terms = terms;
        this.endpoint = terms.endpoint();
    }

    /**
     * Binds an endpoint and accepts peers on all event loops in turn. May block for a moment: a name is resolved, the path
     * of a Unix socket looked at.
     *
     * @return fails with {@link ZmtpException} UNKNOWN_HOST, ADDRESS_IN_USE, NOT_A_SOCKET or CANNOT_BIND
     */
    public static CompletionStage<ZmtpListener> bind(
            EventLoops loops, Endpoint endpoint, Role role, PeerListener listener, ZmtpSettings settings) {
        RefusalLog log = new RefusalLog(LOG, System::nanoTime);
        Terms.Rules rules = new Terms.Rules(settings.security());
        Terms terms = new Terms(endpoint, role, listener, settings, new ZmtpCounters(), log, rules);
        return new ZmtpListener(terms).bind(loops);
    }

    private CompletionStage<ZmtpListener> bind(EventLoops loops) {
        CompletableFuture<ZmtpListener> bound = new CompletableFuture<>();
        Endpoint wanted = terms.endpoint();
        try {
            if (wanted instanceof Endpoint.Ipc ipc) {
                SocketFile.makeWay(ipc);
            }
            ChannelFuture unused = Sockets.bootstrap(loops, wanted, terms.settings())
                    .handler(new AcceptGuard(wanted, terms.counters(), new RefusalLog(LOG, System::nanoTime)))
                    .childHandler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            accept(channel);
                        }
                    })
                    .bind(Sockets.address(loops, wanted))
                    .addListener((ChannelFuture done) -> onBound(done, bound));
        } catch (ZmtpException e) {
            bound.completeExceptionally(e);
        }
        return bound;
    }

    private void onBound(ChannelFuture done, CompletableFuture<ZmtpListener> bound) {
        Channel channel = done.channel();
        try {
            if (done.cause() != null) {
                throw Sockets.cannotBind(terms.endpoint(), done.cause());
            }
            server = channel;
            if (terms.endpoint() instanceof Endpoint.Ipc ipc) {
                file = SocketFile.claim(ipc.path());
            } else if (terms.endpoint() instanceof Endpoint.Tcp tcp
                    && channel.localAddress() instanceof InetSocketAddress address) {
                endpoint = new Endpoint.Tcp(tcp.host(), address.getPort());
            }
            channel.config().setAutoRead(true);
            bound.complete(this);
        } catch (ZmtpException e) {
            bound.completeExceptionally(e);
        } catch (IOException e) {
            ChannelFuture unused = channel.close();
            bound.completeExceptionally(Sockets.cannotBind(terms.endpoint(), e));
        }
    }

    /** Where it is bound, with the port that was taken when 0 was asked for. */
    public Endpoint endpoint() {
        return endpoint;
    }

    /** What has happened since. */
    public ZmtpCounters counters() {
        return terms.counters();
    }

    /**
     * Changes whom the endpoint lets in. Peers that are connected and would not be let in any more are dropped; the others do
     * not notice. Any thread.
     */
    public void admit(Security security) {
        terms.rules().set(security);
        // Whoever was let in by the old rules meanwhile is found here, or finds the new ones.
        connections.forEach(PeerConnection::prove);
    }

    private void accept(Channel channel) {
        terms.counters().add(Event.ACCEPTED);
        String remoteAddress = Sockets.remoteAddress(channel);
        Refusal refusal = refusal(channel);
        if (refusal != null) {
            terms.report(refusal.event(), "refused " + remoteAddress + ": " + refusal.reason());
            ChannelFuture unused = channel.close();
            return;
        }
        PeerConnection connection = new PeerConnection(terms, channel, remoteAddress);
        connections.add(connection);
        channel.pipeline().addLast(connection);
        ChannelFuture unused = channel.closeFuture().addListener(gone -> onClosed(connection));
        if (closing) {
            connection.close("the endpoint was closed");
        }
    }

    private @Nullable Refusal refusal(Channel channel) {
        int most = terms.settings().maxPeers();
        if (connections.size() >= most && !makeRoom()) {
            return new Refusal(Event.TOO_MANY_PEERS, "as many peers as allowed (" + most + ") are connected");
        }
        SocketFile guarded = file;
        PeerCredentials user = guarded == null ? null : Sockets.credentials(channel);
        if (guarded != null && user != null && user.uid() != guarded.owner() && user.uid() != ROOT) {
            String whose = "it runs as user " + user.uid() + ", and the socket belongs to user " + guarded.owner();
            return new Refusal(Event.FOREIGN_USER, whose);
        }
        return null;
    }

    /** False where everybody that is there may stay. */
    private boolean makeRoom() {
        Optional<PeerConnection> idle = Place.toGo(connections);
        idle.ifPresent(PeerConnection::makeRoom);
        return idle.isPresent();
    }

    private void onClosed(PeerConnection connection) {
        connections.remove(connection);
        closedWhenAllAreGone();
    }

    /** Stops accepting and ends each peer after what was sent to it has left. Done when all are gone. */
    public CompletionStage<Void> close() {
        Channel bound = server;
        if (!closing && bound != null) {
            closing = true;
            ChannelFuture unused = bound.close().addListener(done -> onUnbound());
        }
        return closed.copy();
    }

    private void onUnbound() {
        SocketFile claimed = file;
        if (claimed != null) {
            try {
                claimed.remove();
            } catch (IOException e) {
                LOG.warn("{}: the socket's file cannot be removed: {}", endpoint, e.toString());
            }
        }
        connections.forEach(connection -> connection.close("the endpoint was closed"));
        unbound = true;
        closedWhenAllAreGone();
    }

    private void closedWhenAllAreGone() {
        if (unbound && connections.isEmpty()) {
            closed.complete(null);
        }
    }
}
