package dev.lurcher.broker.dispatch;

import dev.lurcher.broker.zmtp.Peer;
import dev.lurcher.broker.zmtp.PeerListener;
import dev.lurcher.broker.zmtp.SocketType;
import dev.lurcher.protocol.ProtocolException;
import dev.lurcher.protocol.ReplyReader;
import dev.lurcher.protocol.TNetString;
import dev.lurcher.protocol.WorkerControl;
import dev.lurcher.protocol.WorkerControl.Hello;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens at a handler's {@code send_spec}: workers come, take requests, and go. A classic worker (PULL) takes requests
 * from the moment it has connected; a managed one (DEALER) says hello first, and replies by the same connection.
 */
public final class WorkerListener implements PeerListener {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerListener.class);
    private static final Hello NO_WORD = new Hello("", 0, "", "", "", "", 0);

    private final HandlerPool pool;
    private final LoopContexts contexts;
    private final ReplyRouter replies;
    private volatile Terms terms;

    /**
     * What managed workers are told.
     *
     * @param broker name and version
     * @param windowBytes what one may send for one connection beyond what was credited
     * @param helloTime what it has for its hello
     */
    public record Terms(String broker, int windowBytes, Duration helloTime) {}

    /**
     * Creates the listener of one pool.
     *
     * @param replies where replies of managed workers go
     */
    public WorkerListener(HandlerPool pool, LoopContexts contexts, ReplyRouter replies, Terms terms) {
        this.pool = pool;
        this.contexts = contexts;
        this.replies = replies;
        this.terms = terms;
    }

    /** Sets what managed workers are told that come from now on. Any thread. */
    public void terms(Terms next) {
        terms = next;
    }

    /** A DEALER peer that has not said hello. */
    private record Stranger(LoopContext context, Future<?> deadline) {}

    @Override
    public void onPeer(Peer peer) {
        LoopContext context = contexts.of(peer.loop());
        if (peer.type() == SocketType.DEALER) {
            Future<?> deadline =
                    peer.loop().schedule(() -> onSilent(peer), terms.helloTime().toMillis(), TimeUnit.MILLISECONDS);
            peer.attach(new Stranger(context, deadline));
        } else {
            join(peer, context, NO_WORD);
        }
    }

    private Worker join(Peer peer, LoopContext context, Hello hello) {
        Worker worker = new Worker(pool, peer, context, hello);
        peer.attach(worker);
        LOG.info("handler {}: worker {} joined from {}", pool.name(), worker.name(), peer.remoteAddress());
        if (worker.isManaged()) {
            worker.sendWelcome(terms.broker(), terms.windowBytes());
        }
        pool.workforce().join(worker);
        return worker;
    }

    private void onSilent(Peer peer) {
        if (peer.attachment() instanceof Stranger) {
            LOG.warn(
                    "handler {}: {} is dropped: a DEALER socket must say hello before it gets requests, and did not in {} ms",
                    pool.name(),
                    peer.remoteAddress(),
                    terms.helloTime().toMillis());
            peer.close("it said no hello");
        }
    }

    @Override
    public void onFrame(Peer peer, ByteBuf buffer, int index, int length, boolean more) {
        // A PULL peer that sends messages is dropped by the transport: this one is a DEALER.
        Object known = peer.attachment();
        LoopContext here = known instanceof Stranger stranger
                ? stranger.context()
                : worker(peer).context();
        if (replies.route(here, peer, buffer, index, length)) {
            return;
        }
        ReplyReader reader = here.replyReader();
        try {
            int payload = index + length - reader.payloadLength();
            WorkerControl control =
                    WorkerControl.read(buffer.nioBuffer(payload, reader.payloadLength()), TNetString.Limits.DEFAULT);
            onControl(peer, control);
        } catch (ProtocolException e) {
            replies.onBadReply(peer, e);
        }
    }

    private void onControl(Peer peer, WorkerControl control) {
        if (peer.attachment() instanceof Stranger stranger) {
            if (control instanceof Hello hello) {
                stranger.deadline().cancel(false);
                join(peer, stranger.context(), hello);
            }
            return;
        }
        Worker worker = worker(peer);
        switch (control) {
            case WorkerControl.Drain drain -> {
                LOG.info("handler {}: worker {} drains", pool.name(), worker.name());
                pool.workforce().drain(worker);
            }
            case WorkerControl.Bye bye -> {
                LOG.info("handler {}: worker {} says bye", pool.name(), worker.name());
                pool.workforce().leave(worker);
            }
            case Hello again -> LOG.debug("handler {}: worker {} says hello twice", pool.name(), worker.name());
            case WorkerControl.Unknown unknown ->
                LOG.debug("handler {}: worker {} says what is not known here", pool.name(), worker.name());
        }
    }

    @Override
    public void onReadComplete(Peer peer) {
        // Whatever a frame led to is flushed at the end of the round, see LoopContext.flushLater.
    }

    @Override
    public void onWritable(Peer peer) {
        if (peer.attachment() instanceof Worker worker) {
            pool.workforce().onWritable(worker);
        }
    }

    @Override
    public void onGone(Peer peer, String reason) {
        if (peer.attachment() instanceof Stranger stranger) {
            stranger.deadline().cancel(false);
            return;
        }
        Worker worker = worker(peer);
        LOG.info("handler {}: worker {} left: {}", pool.name(), worker.name(), reason);
        pool.workforce().leave(worker);
    }

    private static Worker worker(Peer peer) {
        if (peer.attachment() instanceof Worker worker) {
            return worker;
        }
        throw new IllegalStateException("peer " + peer.remoteAddress() + " was never introduced");
    }
}
