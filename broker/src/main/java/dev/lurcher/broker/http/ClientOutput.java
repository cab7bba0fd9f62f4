package dev.lurcher.broker.http;

import dev.lurcher.broker.dispatch.LoopContext;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.FileRegion;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/**
 * The way of bytes to one client: flushed once per round of the event loop, bounded when the client does not read.
 * <p>Thread: the channel's event loop.
 */
final class ClientOutput implements LoopContext.Flushable {
    private final Channel channel;
    private final LoopContext context;
    private final long maxPendingBytes;

    private final Runnable onFlushed;
    /** Where TLS has its place in the pipeline; null where it has none. */
    private final @Nullable ChannelHandlerContext tls;

    private boolean flushScheduled;
    private boolean awaitsRest;
    /** The part of a file that is on its way, or null. */
    private @Nullable FileRegion region;

    private long acceptedBytes;
    private long sentBytesSeen;
    private long progressNanos;

    /**
     * Creates the output.
     *
     * @param maxPendingBytes when more than this waits for the client, nothing further is taken
     * @param onFlushed       called after each flush, and when the client has taken what a flush left
     */
    ClientOutput(Channel channel, LoopContext context, long maxPendingBytes, Runnable onFlushed) {
        this.channel = channel;
        this.context = context;
        this.maxPendingBytes = maxPendingBytes;
        this.onFlushed = onFlushed;
        tls = channel.pipeline().context(SslHandler.class);
    }

    /**
     * Sends bytes; takes over the buffer.
     *
     * @return false when the client is so far behind that the bytes were not taken
     */
    boolean write(ByteBuf bytes) {
        if (bufferedBytes() > maxPendingBytes) {
            // What one round of the loop has collected is not the client's fault.
            channel.flush();
            if (bufferedBytes() > maxPendingBytes) {
                bytes.release();
                return false;
            }
        }
        acceptedBytes += bytes.readableBytes();
        channel.write(bytes, channel.voidPromise());
        flushLater();
        return true;
    }

    /** Sends a part of a file; takes it over. One at a time. */
    void write(FileRegion part) {
        acceptedBytes += part.count();
        region = part;
        channel.write(part).addListener(sent -> {
            region = null;
            if (sent.isSuccess()) {
                onFlushed.run();
            } else {
                channel.close();
            }
        });
        flushLater();
    }

    private void flushLater() {
        if (!flushScheduled) {
            flushScheduled = true;
            context.flushLater(this);
        }
    }

    /** Whether little enough waits that more may be sent. */
    boolean isWritable() {
        return region == null && channel.isWritable();
    }

    /** Bytes written since the connection was opened. */
    long acceptedBytes() {
        return acceptedBytes;
    }

    /** Bytes that the client's socket has not taken yet. */
    long pendingBytes() {
        return region == null ? bufferedBytes() : bufferedBytes() + region.count() - region.transferred();
    }

    private long bufferedBytes() {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    /**
     * For how long the client has taken nothing, as far as can be told by asking now and then.
     *
     * @param now as {@link System#nanoTime()}
     */
    long quietNanos(long now) {
        long sent = sentBytes();
        if (sent != sentBytesSeen) {
            sentBytesSeen = sent;
            progressNanos = now;
        }
        return now - progressNanos;
    }

    /** Bytes that the client's socket has taken since it was opened, or fewer: what waits counts with its overhead. */
    long sentBytes() {
        return acceptedBytes - pendingBytes();
    }

    @Override
    public void flush() {
        flushScheduled = false;
        channel.flush();
        onFlushed.run();
        if (!awaitsRest && region == null && bufferedBytes() > 0) {
            awaitRest();
        }
    }

    /** Netty tells when its marks are passed, and nothing of what stays between them: a worker might wait for credit for ever. */
    private void awaitRest() {
        awaitsRest = true;
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> {
            awaitsRest = false;
            if (sent.isSuccess()) {
                // Until this listener has returned, its own write counts as waiting.
                channel.eventLoop().execute(onFlushed);
            }
        });
    }

    @Override
    public void onFault(RuntimeException fault) {
        channel.pipeline().fireExceptionCaught(fault);
    }

    /** Closes the connection at once, so that the client sees an error where it might take an end for one in order. */
    void reset() {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        drop();
    }

    /** Closes the connection at once; what has not been sent is lost, and TLS does not say that this was the end. */
    void drop() {
        if (tls == null) {
            channel.close();
        } else {
            // Past TLS, which would wait for room for its last word, and make a cut answer look whole.
            tls.close();
        }
    }

    /** Closes the connection once everything written has been sent. */
    void closeAfterFlush() {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    /** Ends our side once everything written has been sent; the client may still speak. */
    void endAfterFlush() {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> {
            if (!sent.isSuccess() || !(channel instanceof DuplexChannel duplex)) {
                channel.close();
            } else if (tls == null) {
                duplex.shutdownOutput();
            } else {
                ((SslHandler) tls.handler()).closeOutbound().addListener(said -> duplex.shutdownOutput());
            }
        });
    }
}
