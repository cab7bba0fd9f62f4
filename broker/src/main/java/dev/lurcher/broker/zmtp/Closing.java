package dev.lurcher.broker.zmtp;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.DuplexChannel;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The ways in which one connection's channel comes to be closed: at once, after its last bytes, or by a deadline, of which
 * there is one at a time.
 * <p>Thread: the connection's event loop.
 */
final class Closing {
    private final Channel channel;
    private final PeerOutput output;
    private final Duration linger;
    private @Nullable Future<?> deadline;

    Closing(Channel channel, PeerOutput output, Duration linger) {
        this.channel = channel;
        this.output = output;
        this.linger = linger;
    }

    /** Runs the task when the time is over, unless it is cancelled. */
    void after(Duration time, Runnable task) {
        deadline = channel.eventLoop()
                .schedule(
                        () -> {
                            deadline = null;
                            task.run();
                        },
                        time.toNanos(),
                        TimeUnit.NANOSECONDS);
    }

    /** Cancels the deadline, if there is one. */
    void cancel() {
        Future<?> waiting = deadline;
        deadline = null;
        if (waiting != null) {
            waiting.cancel(false);
        }
    }

    /** Flushes, shuts our side, and gives the peer {@code linger} to shut its own. */
    void afterLastBytes() {
        cancel();
        output.close();
        after(linger, this::now);
        ChannelFuture unused =
                channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(flushed -> shutSide(flushed.isSuccess()));
    }

    private void shutSide(boolean flushed) {
        if (flushed && channel instanceof DuplexChannel duplex) {
            ChannelFuture unused = duplex.shutdownOutput();
        } else {
            now();
        }
    }

    void now() {
        ChannelFuture unused = channel.close();
    }
}
