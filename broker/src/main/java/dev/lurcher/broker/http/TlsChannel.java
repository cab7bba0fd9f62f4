package dev.lurcher.broker.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.FileRegion;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayDeque;
import java.util.Queue;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Between TLS and HTTP: makes TLS look like a plain channel. The kernel cannot encrypt files, so that their parts, which are in its
 * cache already, are read here as the client takes them.
 * <p>Thread: the channel's event loop.
 */
final class TlsChannel extends ChannelDuplexHandler {
    private static final Logger LOG = LoggerFactory.getLogger(TlsChannel.class);
    private static final int PIECE_BYTES = 64 * 1024;

    /** What has to wait until the part of a file before it is on its way. */
    private record Held(Object message, ChannelPromise promise) {}

    private final Queue<Held> held = new ArrayDeque<>(0);
    private @Nullable FileRegion file;
    private @Nullable ChannelPromise fileSent;
    private boolean inputClosed;

    // ---- to the client

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (file != null) {
            held.add(new Held(message, promise));
        } else if (message instanceof FileRegion region) {
            file = region;
            fileSent = promise;
        } else {
            ctx.write(message, promise);
        }
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        readFile(ctx);
        ctx.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (file != null) {
            flush(ctx);
        }
        ctx.fireChannelWritabilityChanged();
    }

    /** Reads of the file what the channel has room for. */
    private void readFile(ChannelHandlerContext ctx) {
        while (file != null && fileSent != null && ctx.channel().isWritable()) {
            FileRegion from = file;
            ByteBuf piece = ctx.alloc().directBuffer((int) Math.min(PIECE_BYTES, from.count() - from.transferred()));
            try {
                from.transferTo(new Into(piece), from.transferred());
            } catch (IOException e) {
                piece.release();
                fail(e);
                return;
            }
            if (from.transferred() < from.count()) {
                ctx.write(piece);
            } else {
                ChannelPromise sent = fileSent;
                file = null;
                fileSent = null;
                from.release();
                ctx.write(piece, sent);
                writeHeld(ctx);
            }
        }
    }

    private void writeHeld(ChannelHandlerContext ctx) {
        while (file == null && !held.isEmpty()) {
            Held next = held.remove();
            write(ctx, next.message(), next.promise());
        }
    }

    private void fail(Exception cause) {
        FileRegion from = file;
        ChannelPromise sent = fileSent;
        file = null;
        fileSent = null;
        if (from != null && sent != null) {
            from.release();
            sent.tryFailure(cause);
        }
        for (Held each = held.poll(); each != null; each = held.poll()) {
            ReferenceCountUtil.release(each.message());
            if (!each.promise().isVoid()) {
                each.promise().tryFailure(cause);
            }
        }
    }

    /** A buffer of fixed size, seen as a channel. */
    private record Into(ByteBuf buffer) implements WritableByteChannel {
        @Override
        public int write(ByteBuffer source) {
            int length = Math.min(source.remaining(), buffer.writableBytes());
            ByteBuffer part = source.slice(source.position(), length);
            buffer.writeBytes(part);
            source.position(source.position() + length);
            return length;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    // ---- from the client

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslCloseCompletionEvent said) {
            if (said.isSuccess()) {
                // It has said that this is the end, and wants no answer any more (RFC 5246, 7.2.1).
                ctx.close();
            }
        } else if (!(event instanceof ChannelInputShutdownEvent) || !inputClosed) {
            inputClosed |= event instanceof ChannelInputShutdownEvent;
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof DecoderException && cause.getCause() instanceof SSLException broken) {
            LOG.debug("client {}: TLS: {}", ctx.channel().remoteAddress(), broken.getMessage());
            ctx.close();
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fail(new ClosedChannelException());
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        fail(new ClosedChannelException());
    }
}
