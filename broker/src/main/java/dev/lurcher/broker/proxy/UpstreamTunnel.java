package dev.lurcher.broker.proxy;

import dev.lurcher.broker.loop.Deadlines;
import dev.lurcher.broker.telemetry.Counter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that has left HTTP. Counts as a connection of its pool until both sides have ended.
 * <p>Thread: the event loop.
 */
final class UpstreamTunnel extends Deadlines.Expiring implements Tunnel {
    private static final Logger LOG = LoggerFactory.getLogger(UpstreamTunnel.class);
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final UpstreamPool pool;
    private final Channel channel;
    private final UpstreamOutput output;

    private @Nullable Listener listener;
    /** What came before there was a listener. */
    private @Nullable ByteBuf early;

    private boolean inputEnded;
    private boolean outputEnded;
    private boolean failed;
    private boolean closed;
    private long movedNanos = System.nanoTime();

    /** Takes a connection over, and reads no more until it is opened. */
    UpstreamTunnel(UpstreamPool pool, Channel channel, UpstreamOutput output) {
        this.pool = pool;
        this.channel = channel;
        this.output = output;
        channel.config().setAutoRead(false);
        pool.deadlines().add(this);
        look(movedNanos);
    }

    ChannelHandler inbound() {
        return new Inbound();
    }

    /** Bytes came; takes the buffer over. */
    void onBytes(ByteBuf bytes) {
        movedNanos = System.nanoTime();
        if (closed) {
            bytes.release();
        } else if (listener != null) {
            listener.onBytes(bytes);
        } else {
            early = early == null ? bytes : Unpooled.wrappedBuffer(early, bytes);
        }
    }

    @Override
    public void open(Listener opened) {
        listener = opened;
        ByteBuf first = early;
        early = null;
        if (first != null) {
            opened.onBytes(first);
        }
        if (inputEnded) {
            endInput(opened);
        } else {
            hold(false);
        }
    }

    @Override
    public boolean send(ByteBuf bytes) {
        if (closed || outputEnded) {
            bytes.release();
            return true;
        }
        movedNanos = System.nanoTime();
        output.write(bytes);
        return output.hasRoom();
    }

    @Override
    public void endOutput() {
        if (closed || outputEnded) {
            return;
        }
        outputEnded = true;
        output.end();
    }

    @Override
    public void hold(boolean hold) {
        if (!closed) {
            channel.config().setAutoRead(!hold);
        }
    }

    private void onInputEnd() {
        if (!inputEnded) {
            inputEnded = true;
            if (listener != null) {
                endInput(listener);
            }
        }
    }

    private void endInput(Listener hearing) {
        if (failed) {
            close();
            hearing.onClosed();
        } else {
            hearing.onInputEnd();
        }
    }

    private void look(long now) {
        long most = pool.limits().tunnelIdle().toNanos();
        long due = most == 0 ? Deadlines.NONE : Math.max(movedNanos + most, now + 1);
        pool.deadlines().set(this, most == 0 ? due : Math.min(due, now + LOOK_NANOS));
    }

    @Override
    protected void onDeadline(long now) {
        long most = pool.limits().tunnelIdle().toNanos();
        if (now - movedNanos >= most) {
            onClosed();
        } else {
            look(now);
        }
    }

    private void onClosed() {
        Listener hearing = listener;
        if (!closed) {
            close();
            if (hearing != null) {
                hearing.onClosed();
            }
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (early != null) {
            early.release();
            early = null;
        }
        pool.deadlines().remove(this);
        pool.counters().decrement(Counter.UPSTREAM_OPEN);
        // What was sent before the end still goes out.
        output.close();
        pool.onTunnelGone();
    }

    /** The events of its channel. The error policy stands here. */
    private final class Inbound extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            onBytes((ByteBuf) message);
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            if (listener != null && ctx.channel().isWritable()) {
                listener.onRoom();
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof ChannelInputShutdownEvent) {
                onInputEnd();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            onClosed();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            failed = true;
            LOG.debug("tunnel to upstream {}: {}", ctx.channel().remoteAddress(), cause.getMessage());
        }
    }
}
