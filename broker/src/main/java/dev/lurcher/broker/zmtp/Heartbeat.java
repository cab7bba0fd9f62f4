package dev.lurcher.broker.zmtp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks a peer for signs of life and notices when there are none (RFC 37, "Connection Heartbeating"). Whatever arrives is a
 * sign of life.
 * <p>PING is a command of ZMTP 3.1. Libraries that announce 3.0 may hand it to the application as a message, so such a peer
 * is asked, and expected to speak, only once it has sent a PING itself.
 * <p>Thread: the connection's event loop.
 */
final class Heartbeat {
    private static final long NEVER = Long.MAX_VALUE;

    /** Some libraries compute with 16 bits of milliseconds. */
    private static final long MOST_TTL_TENTHS = 655;

    private final EventLoop loop;
    private final ZmtpSettings settings;
    private final PeerOutput output;
    private final Consumer<Duration> onSilence;
    private long heardNanos;
    private long pingNanos;
    private long limitNanos = NEVER;
    private boolean asks;
    private @Nullable Future<?> wake;

    /** @param onSilence called with how long nothing was heard, when that is too long */
    Heartbeat(EventLoop loop, ZmtpSettings settings, PeerOutput output, Consumer<Duration> onSilence) {
        this.loop = loop;
        this.settings = settings;
        this.output = output;
        this.onSilence = onSilence;
    }

    /** The time to live that our PING names, in tenths of a second; 0 where the timeout is too long for some libraries. */
    static int ttlTenths(Duration timeout) {
        long tenths = timeout.toMillis() / 100;
        return tenths > MOST_TTL_TENTHS ? 0 : (int) tenths;
    }

    /** Something has arrived. */
    void heard() {
        heardNanos = loop.ticker().nanoTime();
    }

    /** Begins to send PINGs, when the settings want them, and to expect something in return. */
    void ask() {
        if (asks || settings.heartbeatInterval().isZero()) {
            return;
        }
        asks = true;
        long now = loop.ticker().nanoTime();
        pingNanos = now + settings.heartbeatInterval().toNanos();
        heardNanos = now;
        limitNanos = Math.min(limitNanos, settings.heartbeatTimeout().toNanos());
        schedule(now);
    }

    /**
     * Answers a PING.
     *
     * @param index where what follows its name begins: the silence after which the peer wants to be taken for dead, and the
     *     context
     * @return false when it is not well formed
     */
    boolean onPing(ByteBuf buffer, int index, int length) {
        int context = length - Commands.TTL_BYTES;
        if (context < 0 || context > Commands.MOST_CONTEXT_BYTES) {
            return false;
        }
        heed(buffer.getUnsignedShort(index));
        // Who asks and does not read the answers shall not fill our memory with them.
        if (output.isWritable()) {
            output.command(Commands.pong(buffer, index + Commands.TTL_BYTES, context));
        }
        return true;
    }

    private void heed(int ttlTenths) {
        ask();
        if (ttlTenths > 0 && TimeUnit.MILLISECONDS.toNanos(ttlTenths * 100L) < limitNanos) {
            limitNanos = TimeUnit.MILLISECONDS.toNanos(ttlTenths * 100L);
            schedule(loop.ticker().nanoTime());
        }
    }

    /** Ends it. */
    void stop() {
        Future<?> waiting = wake;
        wake = null;
        limitNanos = NEVER;
        asks = false;
        if (waiting != null) {
            waiting.cancel(false);
        }
    }

    private void onTime() {
        wake = null;
        long now = loop.ticker().nanoTime();
        if (now - heardNanos >= limitNanos) {
            onSilence.accept(Duration.ofNanos(limitNanos));
            return;
        }
        if (asks && now - pingNanos >= 0) {
            pingNanos = now + settings.heartbeatInterval().toNanos();
            ping();
        }
        schedule(now);
    }

    private void ping() {
        // Behind all that the peer has not read yet it would ask for nothing.
        if (output.isWritable()) {
            output.command(Commands.ping(ttlTenths(settings.heartbeatTimeout())));
        }
    }

    private void schedule(long now) {
        Future<?> waiting = wake;
        if (waiting != null) {
            waiting.cancel(false);
        }
        long delay = asks ? pingNanos - now : NEVER;
        if (limitNanos != NEVER) {
            delay = Math.min(delay, heardNanos + limitNanos - now);
        }
        wake = delay == NEVER ? null : loop.schedule(this::onTime, Math.max(delay, 0), TimeUnit.NANOSECONDS);
    }
}
