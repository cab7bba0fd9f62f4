package dev.lurcher.broker.dispatch;

import dev.lurcher.broker.zmtp.Peer;
import dev.lurcher.broker.zmtp.PeerListener;
import io.netty.buffer.ByteBuf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens at a handler's {@code send_spec}: workers come, take requests, and go. */
public final class WorkerListener implements PeerListener {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerListener.class);

    private final HandlerPool pool;
    private final LoopContexts contexts;

    /** Creates the listener of one pool. */
    public WorkerListener(HandlerPool pool, LoopContexts contexts) {
        this.pool = pool;
        this.contexts = contexts;
    }

    @Override
    public void onPeer(Peer peer) {
        Worker worker = new Worker(pool, peer, contexts.of(peer.loop()), peer.remoteAddress(), 0);
        peer.attach(worker);
        LOG.info("handler {}: worker {} joined", pool.name(), peer.remoteAddress());
        pool.join(worker);
    }

    @Override
    public void onFrame(Peer peer, ByteBuf buffer, int index, int length, boolean more) {
        // A PULL peer that sends messages is dropped by the transport.
    }

    @Override
    public void onReadComplete(Peer peer) {
        // Nothing is written in answer to what a PULL peer sends.
    }

    @Override
    public void onWritable(Peer peer) {
        pool.onWritable(worker(peer));
    }

    @Override
    public void onGone(Peer peer, String reason) {
        LOG.info("handler {}: worker {} left: {}", pool.name(), peer.remoteAddress(), reason);
        pool.leave(worker(peer));
    }

    private static Worker worker(Peer peer) {
        if (peer.attachment() instanceof Worker worker) {
            return worker;
        }
        throw new IllegalStateException("peer " + peer.remoteAddress() + " was never introduced");
    }
}
