package dev.lurcher.broker.zmtp;

import dev.lurcher.broker.zmtp.ZmtpCounters.Event;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a listening socket does when a connection cannot be accepted, as when no file descriptor is left: counts it, logs it
 * once a second, and pauses, because the connection stays in the queue and would fail again at once.
 */
final class AcceptGuard extends ChannelInboundHandlerAdapter {
    static final long PAUSE_MILLIS = 100;

    private final Endpoint endpoint;
    private final ZmtpCounters counters;
    private final RefusalLog log;
    private @Nullable Future<?> pause;

    AcceptGuard(Endpoint endpoint, ZmtpCounters counters, RefusalLog log) {
        this.endpoint = endpoint;
        this.counters = counters;
        this.log = log;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        counters.add(Event.ACCEPT_ERROR);
        log.warn(endpoint, "a connection could not be accepted, trying again: " + cause);
        if (pause == null) {
            context.channel().config().setAutoRead(false);
            pause = context.executor().schedule(() -> goOn(context), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void goOn(ChannelHandlerContext context) {
        pause = null;
        context.channel().config().setAutoRead(true);
    }
}
