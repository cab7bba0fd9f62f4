package dev.lurcher.broker.http;

import dev.lurcher.broker.loop.Deadlines;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.protocol.Fields;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One TLS handshake, from the connection to its end. Then it gives its place to {@link TlsChannel}.
 * <p>Thread: the channel's event loop.
 */
final class TlsHandshake extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(TlsHandshake.class);

    private final TlsEntrance entrance;
    private final Deadlines deadlines;
    private final Consumer<Fields> then;
    private final Deadline deadline = new Deadline();
    private @Nullable Channel channel;
    private boolean over;

    /** @param then see {@link TlsEntrance#enter} */
    TlsHandshake(TlsEntrance entrance, Deadlines deadlines, Consumer<Fields> then) {
        this.entrance = entrance;
        this.deadlines = deadlines;
        this.then = then;
    }

    private final class Deadline extends Deadlines.Expiring {
        @Override
        protected void onDeadline(long now) {
            fail(Counter.TLS_FAILED, "it takes too long");
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = ctx.channel();
        deadlines.add(deadline);
        deadlines.set(deadline, entrance.deadline());
        entrance.begun(this);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent end) {
            if (end.isSuccess()) {
                complete(ctx);
            } else {
                fail(Counter.TLS_FAILED, String.valueOf(end.cause().getMessage()));
            }
        } else if (event instanceof ChannelInputShutdownEvent) {
            fail(Counter.TLS_FAILED, "the client has gone");
        }
    }

    private void complete(ChannelHandlerContext ctx) {
        SslHandler tls = ctx.pipeline().get(SslHandler.class);
        if (over || tls == null) {
            return;
        }
        end();
        entrance.counters().increment(Counter.TLS_HANDSHAKES);
        Fields peer = entrance.certificates().peer(tls.engine());
        ctx.pipeline().replace(this, null, new TlsChannel());
        then.accept(peer);
    }

    /** The client does not speak TLS. What it says is taken until it ends, or its time is over: closed now, it might see a reset. */
    void notTls(Channel plain) {
        entrance.counters().increment(Counter.NOT_TLS);
        LOG.debug("client {}: no TLS", plain.remoteAddress());
        if (plain instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
            over = true;
        } else {
            close();
        }
    }

    /** Too many have begun. */
    void crowdOut() {
        fail(Counter.TLS_CROWDED_OUT, "too many others have begun");
    }

    private void fail(Counter why, String reason) {
        if (!over && channel != null) {
            entrance.counters().increment(why);
            LOG.debug("client {}: TLS handshake: {}", channel.remoteAddress(), reason);
        }
        close();
    }

    /** Ends the connection at once. */
    void close() {
        end();
        if (channel != null) {
            channel.close();
        }
    }

    private void end() {
        over = true;
        deadlines.remove(deadline);
        entrance.ended(this);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fail(Counter.TLS_FAILED, "the client has gone");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(Counter.TLS_FAILED, String.valueOf(cause.getMessage()));
    }
}
