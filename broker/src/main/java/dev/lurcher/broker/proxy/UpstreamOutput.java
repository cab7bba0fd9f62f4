package dev.lurcher.broker.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DuplexChannel;

/**
 * The way of bytes to one upstream: flushed once per round of the event loop.
 * <p>Thread: the channel's event loop.
 */
final class UpstreamOutput {
    private final Channel channel;
    private final Runnable flush = this::flush;
    private boolean flushDue;

    UpstreamOutput(Channel channel) {
        this.channel = channel;
    }

    /** Sends bytes by the end of this round; takes them over. */
    void write(ByteBuf bytes) {
        channel.write(bytes, channel.voidPromise());
        if (!flushDue) {
            flushDue = true;
            channel.eventLoop().execute(flush);
        }
    }

    /** Sends bytes with the next {@link #flush}, which is soon; takes them over. */
    void writeBeforeFlush(ByteBuf bytes) {
        channel.write(bytes, channel.voidPromise());
        flushDue = true;
    }

    /** Sends what waits now. */
    void flush() {
        if (flushDue) {
            flushDue = false;
            channel.flush();
        }
    }

    /** Whether little enough waits that more may be written. */
    boolean hasRoom() {
        return channel.isWritable();
    }

    /** Bytes that the socket has not taken yet. */
    long pendingBytes() {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    /** Ends our side once everything has been sent; the upstream may still speak. */
    void end() {
        flushDue = false;
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((ChannelFutureListener) sent -> {
            if (sent.isSuccess() && sent.channel() instanceof DuplexChannel duplex) {
                duplex.shutdownOutput();
            }
        });
    }

    /** Closes the connection once everything has been sent. */
    void close() {
        flushDue = false;
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
}
