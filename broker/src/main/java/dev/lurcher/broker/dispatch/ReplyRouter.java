package dev.lurcher.broker.dispatch;

import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.telemetry.Counters;
import dev.lurcher.broker.zmtp.Peer;
import dev.lurcher.broker.zmtp.PeerListener;
import dev.lurcher.protocol.ExtendedReply;
import dev.lurcher.protocol.ProtocolException;
import dev.lurcher.protocol.ReplyReader;
import dev.lurcher.protocol.TNetString;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens at a handler's {@code recv_spec}: replies come and go to the connections that they name.
 * <p>A reply must begin with the handler's sender id, and may address only connections that were routed to the handler. What
 * breaks a rule is dropped and counted; the next reply is not affected.
 */
public final class ReplyRouter implements PeerListener {
    private static final Logger LOG = LoggerFactory.getLogger(ReplyRouter.class);
    private static final long LOG_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final HandlerPool pool;
    private final LoopContexts contexts;
    private volatile boolean checkSender;
    private final Counters counters;
    private final AtomicLong logAgainNanos = new AtomicLong(System.nanoTime());

    /**
     * Creates the router of one handler's replies.
     *
     * @param checkSender whether a reply's first word must be the handler's sender id (setting {@code reply.check_sender})
     */
    public ReplyRouter(HandlerPool pool, LoopContexts contexts, boolean checkSender) {
        this.pool = pool;
        this.contexts = contexts;
        this.checkSender = checkSender;
        this.counters = pool.counters();
    }

    /** Sets whether a reply's first word must be the handler's sender id. Any thread. */
    public void checkSender(boolean isChecked) {
        checkSender = isChecked;
    }

    @Override
    public void onPeer(Peer peer) {
        peer.attach(contexts.of(peer.loop()));
        LOG.debug("handler {}: replies from {} connected", pool.name(), peer.remoteAddress());
    }

    @Override
    public void onFrame(Peer peer, ByteBuf buffer, int index, int length, boolean more) {
        LoopContext here = context(peer);
        if (!route(here, peer, buffer, index, length)) {
            counters.increment(Counter.BAD_REPLY);
            logRefused(peer, "what a managed worker tells the broker belongs to its DEALER socket");
        }
    }

    /**
     * Brings one reply to the connections that it names.
     *
     * @return false for worker control, which is left to the caller: the loop's reply reader knows where it stands
     */
    boolean route(LoopContext here, Peer peer, ByteBuf buffer, int index, int length) {
        ReplyReader reply = here.replyReader();
        ByteBuffer frame = buffer.internalNioBuffer(index, length);
        int shift = index - frame.position();
        try {
            reply.read(frame);
        } catch (ProtocolException e) {
            onBadReply(peer, e);
            return true;
        }
        if (checkSender && !reply.senderIs(pool.sender())) {
            counters.increment(Counter.WRONG_SENDER);
            logRefused(peer, "its first word is not the handler's send_ident \"" + pool.name() + "\"");
            return true;
        }
        if (reply.isControl()) {
            return false;
        }
        int payload = reply.payloadOffset() + shift;
        if (reply.extended()) {
            extend(peer, here, reply, buffer.nioBuffer(payload, reply.payloadLength()));
        } else if (reply.targets() == 1) {
            deliver(peer, here, reply.target(0), buffer, payload, reply.payloadLength());
        } else {
            deliverToMany(peer, here, reply, buffer.slice(payload, reply.payloadLength()));
        }
        return true;
    }

    /** Something came that breaks a grammar. */
    void onBadReply(Peer peer, ProtocolException fault) {
        counters.increment(Counter.BAD_REPLY);
        logRefused(peer, fault.getMessage());
    }

    private void extend(Peer from, LoopContext here, ReplyReader reply, ByteBuffer payload) {
        counters.increment(Counter.EXTENDED_REPLIES);
        ExtendedReply asked;
        try {
            asked = ExtendedReply.read(payload, TNetString.Limits.DEFAULT);
        } catch (ProtocolException e) {
            onBadReply(from, e);
            return;
        }
        if (asked instanceof ExtendedReply.Unknown unknown) {
            logRefused(from, "its key \"" + printable(unknown.key()) + "\" is not known: its connections are closed");
        }
        for (int i = 0; i < reply.targets(); i++) {
            long target = reply.target(i);
            if (target <= 0 || target > Integer.MAX_VALUE) {
                counters.increment(Counter.UNKNOWN_ID);
                continue;
            }
            int id = (int) target;
            LoopContext there = contexts.ofConnection(id);
            if (there == here) {
                extendHere(from, there, id, asked);
            } else {
                there.loop().execute(() -> extendHere(from, there, id, asked));
            }
        }
    }

    private void extendHere(Peer from, LoopContext context, int id, ExtendedReply asked) {
        Client client = context.client(id);
        if (client == null) {
            // Whoever cancels does not want to hear of it any more.
            onUnknownId(from, context, id, !(asked instanceof ExtendedReply.Control control && control.cancel()));
        } else if (!client.servedBy(pool)) {
            counters.increment(Counter.FOREIGN_REPLY);
        } else {
            try {
                client.onExtended(asked);
            } catch (RuntimeException e) {
                client.onFault(e);
            }
        }
    }

    private static String printable(String octets) {
        String start = octets.substring(0, Math.min(octets.length(), 40));
        return start.replaceAll("[^ -~]", "?");
    }

    private void deliver(Peer from, LoopContext here, long target, ByteBuf buffer, int index, int length) {
        if (target <= 0 || target > Integer.MAX_VALUE) {
            counters.increment(Counter.UNKNOWN_ID);
            return;
        }
        int id = (int) target;
        LoopContext there = contexts.ofConnection(id);
        if (there == here) {
            deliverHere(from, here, id, buffer, index, length);
        } else {
            ByteBuf payload = buffer.retainedSlice(index, length);
            there.loop().execute(() -> {
                try {
                    deliverHere(from, there, id, payload, 0, length);
                } finally {
                    payload.release();
                }
            });
        }
    }

    /** One task per loop, however many of its connections the reply names. */
    private void deliverToMany(Peer from, LoopContext here, ReplyReader reply, ByteBuf payload) {
        long[] targets = new long[reply.targets()];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = reply.target(i);
        }
        for (LoopContext there : contexts.all()) {
            int[] ids = Arrays.stream(targets)
                    .filter(id -> id > 0 && id <= Integer.MAX_VALUE && contexts.ofConnection((int) id) == there)
                    .mapToInt(id -> (int) id)
                    .toArray();
            if (ids.length == 0) {
                continue;
            }
            if (there == here) {
                deliverHere(from, there, ids, payload);
            } else {
                payload.retain();
                there.loop().execute(() -> {
                    try {
                        deliverHere(from, there, ids, payload.duplicate());
                    } finally {
                        payload.release();
                    }
                });
            }
        }
    }

    private void deliverHere(Peer from, LoopContext context, int[] ids, ByteBuf payload) {
        for (int id : ids) {
            deliverHere(from, context, id, payload, payload.readerIndex(), payload.readableBytes());
        }
    }

    private void deliverHere(Peer from, LoopContext context, int id, ByteBuf buffer, int index, int length) {
        Client client = context.client(id);
        if (client == null) {
            // Whoever asks to close what is closed already knows.
            onUnknownId(from, context, id, length > 0);
        } else if (!client.servedBy(pool)) {
            counters.increment(Counter.FOREIGN_REPLY);
        } else {
            answer(client, buffer, index, length);
        }
    }

    /** What goes wrong with one client must not end the worker's connection, and with it the answers to others. */
    private static void answer(Client client, ByteBuf buffer, int index, int length) {
        try {
            if (length == 0) {
                client.onCloseAsked();
            } else {
                client.onReply(buffer, index, length);
            }
        } catch (RuntimeException e) {
            client.onFault(e);
        }
    }

    private void onUnknownId(Peer from, LoopContext context, int id, boolean tells) {
        counters.increment(Counter.UNKNOWN_ID);
        Worker late = context.retired(id);
        if (late != null && late.pool == pool) {
            counters.increment(Counter.LATE_REPLY);
            pool.workforce().heardFrom(late);
        }
        if (tells && from.attachment() instanceof Worker writer) {
            writer.sendDisconnect(id);
        } else if (tells) {
            pool.disconnected(id, null);
        }
    }

    @Override
    public void onReadComplete(Peer peer) {
        // Clients are flushed at the end of the round, see LoopContext.flushLater.
    }

    @Override
    public void onWritable(Peer peer) {
        // Nothing but the subscription is ever sent here.
    }

    @Override
    public void onGone(Peer peer, String reason) {
        LOG.debug("handler {}: replies from {} ended: {}", pool.name(), peer.remoteAddress(), reason);
    }

    /** One line per second and handler is enough to notice; the counters have the numbers. */
    private void logRefused(Peer peer, @Nullable String why) {
        long now = System.nanoTime();
        long again = logAgainNanos.get();
        if (now - again >= 0 && logAgainNanos.compareAndSet(again, now + LOG_PAUSE_NANOS)) {
            LOG.warn("handler {}: a reply from {} was dropped: {}", pool.name(), peer.remoteAddress(), why);
        }
    }

    private static LoopContext context(Peer peer) {
        if (peer.attachment() instanceof LoopContext context) {
            return context;
        }
        throw new IllegalStateException("peer " + peer.remoteAddress() + " was never introduced");
    }
}
