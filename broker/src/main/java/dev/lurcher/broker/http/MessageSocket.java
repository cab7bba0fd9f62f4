package dev.lurcher.broker.http;

import dev.lurcher.broker.config.Target;
import dev.lurcher.broker.dispatch.Client;
import dev.lurcher.broker.dispatch.Exchange;
import dev.lurcher.broker.dispatch.HandlerPool;
import dev.lurcher.broker.dispatch.LoopContext;
import dev.lurcher.broker.dispatch.Worker;
import dev.lurcher.broker.loop.Deadlines;
import dev.lurcher.protocol.ExtendedReply;
import io.netty.buffer.ByteBuf;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A connection that sends messages, as the workers of one handler know it: under an id of its own, which lasts as long as the
 * connection. What they write to it is encoded in base64, unless the handler's {@code raw_payload} is 1.
 * <p>Thread: the connection's event loop.
 */
final class MessageSocket implements Client {
    private final MessageSockets owner;
    private final Target.Handler handler;
    private final HandlerPool pool;
    private final int id;
    /** The message that waits for a worker, or null. */
    private @Nullable Exchange waiting;

    private @Nullable Worker lastWorker;
    private boolean delivered;
    private boolean closeAsked;

    MessageSocket(MessageSockets owner, Target.Handler handler, HandlerPool pool) {
        this.owner = owner;
        this.handler = handler;
        this.pool = pool;
        this.id = context().register(this);
    }

    int clientId() {
        return id;
    }

    boolean isOf(Target.Handler asked, HandlerPool itsPool) {
        return pool == itsPool && handler.rawPayload() == asked.rawPayload();
    }

    HandlerPool.Post post(SocketMessage message) {
        Exchange exchange = Exchange.message(new Exchange.Sender(pool, this, id, null), message, message.content());
        HandlerPool.Post outcome = pool.post(exchange, System.nanoTime());
        switch (outcome) {
            case SENT -> deliver(exchange);
            case WAITS -> waiting = exchange;
            case FULL, EMPTY, GONE -> {}
        }
        return outcome;
    }

    private void deliver(Exchange exchange) {
        delivered = true;
        lastWorker = exchange.worker();
    }

    boolean isWaiting() {
        return waiting != null;
    }

    /** How long the message may wait for a worker; {@link Deadlines#NONE} where none waits. */
    long waitsUntil() {
        return waiting == null ? Deadlines.NONE : pool.waitsUntil(waiting.offeredNanos());
    }

    @Override
    public void onTaken(Exchange message) {
        if (message == waiting) {
            waiting = null;
            deliver(message);
            owner.onTaken();
        }
    }

    /** Not of one that went: only of a message that nobody could be given. */
    @Override
    public void onWorkerLost(Exchange message) {
        waiting = null;
        owner.onUndelivered();
    }

    @Override
    public void onFault(RuntimeException fault) {
        owner.connection().answer().channel().pipeline().fireExceptionCaught(fault);
    }

    @Override
    public LoopContext context() {
        return owner.connection().answer().context();
    }

    @Override
    public boolean servedBy(HandlerPool asking) {
        return asking == pool;
    }

    @Override
    public void onReply(ByteBuf buffer, int index, int length) {
        owner.connection()
                .push(handler.rawPayload() ? buffer.retainedSlice(index, length) : encode(buffer, index, length));
    }

    /** As Mongrel2 does, but for the NUL at the end, which its clients wait for and do not get. */
    private ByteBuf encode(ByteBuf buffer, int index, int length) {
        boolean terminated = buffer.getByte(index + length - 1) == 0;
        byte[] payload = new byte[terminated ? length - 1 : length];
        buffer.getBytes(index, payload);
        byte[] encoded = Base64.getEncoder().encode(payload);
        ByteBuf out = owner.connection().answer().channel().alloc().directBuffer(encoded.length + 1);
        out.writeBytes(encoded);
        return owner.settings().messageNul() ? out.writeByte(0) : out;
    }

    @Override
    public void onExtended(ExtendedReply asked) {
        if (asked instanceof ExtendedReply.Control control && !control.cancel()) {
            if (control.keepAlive()) {
                owner.connection().touch();
            }
        } else {
            closeAsked = true;
            owner.connection().answer().channel().close();
        }
    }

    @Override
    public void onCloseAsked() {
        closeAsked = true;
        owner.connection().answer().end();
    }

    /** The connection is over: gives back its id, and tells a worker where it does not know. */
    void close() {
        Exchange last = waiting;
        waiting = null;
        if (last != null) {
            pool.giveUp(last, false);
            if (last.worker() != null) {
                deliver(last);
            }
        }
        context().unregister(id);
        if (delivered && !closeAsked) {
            pool.departed(id, lastWorker);
        }
    }
}
