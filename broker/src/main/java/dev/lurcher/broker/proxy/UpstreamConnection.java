package dev.lurcher.broker.proxy;

import dev.lurcher.broker.config.ProxyLimits;
import dev.lurcher.broker.loop.Deadlines;
import dev.lurcher.broker.proxy.UpstreamException.Fault;
import dev.lurcher.broker.telemetry.Counter;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection to an upstream: at most one exchange at a time, then kept for the next.
 * <pre>
 *            begin            end of the answer           all that had come is read
 *   IDLE -----------> BUSY ----------------------> RESTING ------------------------> IDLE
 *    |                 |  \                           |
 *    |                 |   +-- 101 --> a tunnel       | more came
 *    |                 |                              |
 *    +-- anything -----+-- fault, cut ----------------+--> CLOSED
 * </pre>
 * Bytes that belong to no answer close it. It rests until the socket is empty, so that such bytes are seen before the next
 * request is sent and not taken for its answer.
 * <p>Thread: the event loop.
 */
final class UpstreamConnection extends Deadlines.Expiring {
    private enum State {
        IDLE,
        BUSY,
        RESTING,
        CLOSED
    }

    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int HEAD_BYTES = 1024;

    private final UpstreamPool pool;
    private final AnswerDecoder decoder = new AnswerDecoder();

    private @Nullable Channel channel;
    private @Nullable UpstreamOutput output;
    private State state = State.IDLE;
    private @Nullable UpstreamExchange exchange;
    /** A section of an answer that is not whole yet. */
    private @Nullable ByteBuf unread;

    /** What it has become, if it has. */
    private @Nullable UpstreamTunnel tunnel;

    private boolean used;
    private boolean requestWhole;
    private boolean chunkedRequest;
    private boolean begun;
    private boolean keeps;
    private boolean held;
    private boolean failed;
    private boolean inputEnded;

    /** When a byte last went or came, as far as it matters who is waiting for whom. */
    private long movedNanos;

    private long pendingSeen;
    private long idleSinceNanos;

    UpstreamConnection(UpstreamPool pool) {
        this.pool = pool;
    }

    ChannelHandler inbound() {
        return new UpstreamInbound(this);
    }

    void onConnected(Channel connected) {
        channel = connected;
        output = new UpstreamOutput(connected);
        pool.counters().increment(Counter.UPSTREAM_CONNECTS);
        pool.counters().increment(Counter.UPSTREAM_OPEN);
        pool.deadlines().add(this);
    }

    private Channel channel() {
        return Objects.requireNonNull(channel, "not connected yet");
    }

    private UpstreamOutput output() {
        return Objects.requireNonNull(output, "not connected yet");
    }

    // ---- the request

    void begin(UpstreamExchange next) {
        UpstreamRequest request = next.request();
        exchange = next;
        state = State.BUSY;
        requestWhole = false;
        chunkedRequest = request.contentLength() == UpstreamRequest.CHUNKED;
        begun = false;
        keeps = false;
        decoder.start(request.isHead());
        moved();
        look(movedNanos);
        ByteBuf head = channel().alloc().directBuffer(HEAD_BYTES);
        RequestLines.write(head, request, pool.upstream().authority());
        if (request.contentLength() == 0) {
            // The end of the request follows, and sends it.
            output().writeBeforeFlush(head);
        } else {
            output().write(head);
        }
    }

    void content(ByteBuf bytes) {
        output().write(chunkedRequest ? Chunks.of(channel().alloc(), bytes) : bytes);
    }

    void requestEnd() {
        requestWhole = true;
        if (chunkedRequest) {
            output().write(Chunks.last());
        }
        moved();
        output().flush();
        look(movedNanos);
    }

    /** There is room again. */
    void onRoom() {
        moved();
        if (exchange != null && !requestWhole) {
            exchange.listener().onRoom();
        }
    }

    boolean hasRoom() {
        return output().hasRoom();
    }

    // ---- the answer

    /** Bytes came; takes them over. */
    void onRead(ByteBuf bytes) {
        moved();
        switch (state) {
            case BUSY -> decode(unread == null ? bytes : joined(unread, bytes));
            case IDLE, RESTING -> {
                bytes.release();
                onSurplus();
            }
            case CLOSED -> bytes.release();
        }
    }

    private ByteBuf joined(ByteBuf first, ByteBuf second) {
        unread = null;
        first.writeBytes(second);
        second.release();
        return first;
    }

    private void decode(ByteBuf in) {
        try {
            UpstreamExchange open = exchange;
            while (state == State.BUSY && open != null && decodePart(in, open)) {
                open = exchange;
            }
            keep(in);
        } catch (UpstreamException bad) {
            fail(bad);
        } finally {
            in.release();
        }
    }

    private boolean decodePart(ByteBuf in, UpstreamExchange open) {
        switch (decoder.read(in)) {
            case NEED_MORE -> {
                return false;
            }
            case INTERIM -> open.listener().onInterim(decoder.head());
            case HEAD -> onHead(decoder.head(), open);
            case CONTENT -> open.listener().onContent(in.readRetainedSlice(decoder.contentBytes()));
            case END -> onEnd(in.isReadable());
        }
        return true;
    }

    private void onHead(UpstreamHead head, UpstreamExchange open) {
        begun = true;
        keeps = head.keepsConnection();
        if (head.status() != 101) {
            open.listener().onHead(head);
        } else if (open.request().upgrades() && head.fields().lists("upgrade", "websocket")) {
            switchTo(head, open);
        } else {
            throw UpstreamException.bad("the answer switches to a protocol that was not asked for");
        }
    }

    private void switchTo(UpstreamHead head, UpstreamExchange open) {
        state = State.CLOSED;
        exchange = null;
        pool.deadlines().remove(this);
        UpstreamTunnel made = new UpstreamTunnel(pool, channel(), output());
        tunnel = made;
        channel().pipeline().replace(UpstreamInbound.class, null, made.inbound());
        open.end();
        open.listener().onSwitch(head, made);
    }

    private void onEnd(boolean surplus) {
        UpstreamExchange ended = Objects.requireNonNull(exchange);
        exchange = null;
        state = State.RESTING;
        used = true;
        if (surplus) {
            onSurplus();
        } else if (!keeps || !requestWhole) {
            close();
        } else if (held) {
            hold(false);
        }
        ended.end();
        ended.listener().onEnd(decoder.trailers());
    }

    /** What is left of a read: the beginning of a section, copied since content of the same buffer may still be on its way. */
    private void keep(ByteBuf in) {
        if (tunnel != null && in.isReadable()) {
            tunnel.onBytes(in.retain());
        } else if (in.isReadable() && state == State.BUSY) {
            unread = channel()
                    .alloc()
                    .buffer(Math.max(256, in.readableBytes() * 2))
                    .writeBytes(in);
        }
    }

    private void onSurplus() {
        pool.counters().increment(Counter.UPSTREAM_SURPLUS);
        close();
    }

    /** All that had come is read. */
    void onReadComplete() {
        if (state == State.RESTING) {
            state = State.IDLE;
            pool.onFree(this);
        }
    }

    /** The upstream has closed its side, or the connection is broken. */
    void onInputEnd() {
        if (inputEnded) {
            return;
        }
        inputEnded = true;
        switch (state) {
            case IDLE, RESTING -> close();
            case BUSY -> {
                if (decoder.endsWithInput() && !failed) {
                    keeps = false;
                    onEnd(false);
                } else {
                    onLost();
                }
            }
            case CLOSED -> {
                // Nobody waits for it.
            }
        }
    }

    private void onLost() {
        UpstreamExchange lost = exchange;
        boolean stale = used && decoder.isFresh() && unread == null;
        close();
        if (lost != null && !(stale && lost.repeat())) {
            lost.fail(new UpstreamException(
                    Fault.LOST,
                    begun
                            ? "the upstream stopped in its answer"
                            : "the upstream closed the connection without an answer"));
        }
    }

    private void fail(UpstreamException why) {
        UpstreamExchange failing = exchange;
        close();
        if (failing != null) {
            failing.fail(why);
        }
    }

    // ---- the time

    /** Nothing is asked of it for a while. */
    void rest(Duration keepTime) {
        idleSinceNanos = System.nanoTime();
        pool.deadlines().set(this, idleSinceNanos + keepTime.toNanos());
    }

    long idleSinceNanos() {
        return idleSinceNanos;
    }

    private void moved() {
        movedNanos = System.nanoTime();
    }

    @Override
    protected void onDeadline(long now) {
        switch (state) {
            case IDLE -> close();
            case BUSY -> lookAfterExchange(now);
            case RESTING, CLOSED -> {
                // Takes no time.
            }
        }
    }

    private void lookAfterExchange(long now) {
        long pending = output().pendingBytes();
        if (pending != pendingSeen || !isWaitedFor()) {
            pendingSeen = pending;
            movedNanos = now;
        }
        long most = patience().toNanos();
        if (most > 0 && now - movedNanos >= most) {
            fail(new UpstreamException(
                    Fault.TIMEOUT,
                    begun ? "the upstream fell silent in its answer" : "the upstream did not answer in time"));
        } else {
            look(now);
        }
    }

    /** Looks when the time may be over, and often enough to see who keeps whom waiting. */
    private void look(long now) {
        long most = patience().toNanos();
        long due = most == 0 ? Deadlines.NONE : Math.max(movedNanos + most, now + 1);
        pool.deadlines().set(this, Math.min(due, now + LOOK_NANOS));
    }

    private Duration patience() {
        ProxyLimits limits = pool.limits();
        return requestWhole && !begun ? limits.timeout() : limits.idleTimeout();
    }

    /** Whether it is the upstream that has to do something, and not the client. */
    private boolean isWaitedFor() {
        return requestWhole ? !held : !hasRoom();
    }

    // ---- the end

    /** What is written is lost, or what is read will end soon. */
    void onFault() {
        failed = true;
    }

    /** Stops reading, or goes on. */
    void hold(boolean hold) {
        if (hold == held || state == State.CLOSED) {
            return;
        }
        held = hold;
        moved();
        channel().config().setAutoRead(!hold);
    }

    void close() {
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        exchange = null;
        if (unread != null) {
            unread.release();
            unread = null;
        }
        pool.deadlines().remove(this);
        pool.counters().decrement(Counter.UPSTREAM_OPEN);
        channel().close();
        pool.onGone(this);
    }

    /** The channel is closed, whoever closed it. */
    void onClosed() {
        if (state == State.BUSY) {
            onLost();
        } else if (channel != null) {
            close();
        }
    }
}
