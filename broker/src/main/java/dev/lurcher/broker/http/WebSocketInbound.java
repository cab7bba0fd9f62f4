package dev.lurcher.broker.http;

import dev.lurcher.broker.websocket.FrameReader;
import dev.lurcher.broker.websocket.Message;
import dev.lurcher.broker.websocket.WebSocketException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * What a WebSocket's client sends, message by message; takes the place of {@link RequestDecoder}.
 * <p>Thread: the connection's event loop.
 */
final class WebSocketInbound extends ChannelInboundHandlerAdapter {
    private final WebSocketSession session;
    private final FrameReader reader;
    /** What has come and was not looked at, while the session wants nothing. */
    private @Nullable ByteBuf rest;

    private boolean paused;
    private boolean reading;
    private boolean ended;
    private long receivedBytes;

    WebSocketInbound(WebSocketSession session, FrameReader reader) {
        this.session = session;
        this.reader = reader;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        receivedBytes += bytes.readableBytes();
        if (ended) {
            bytes.release();
            return;
        }
        rest = rest == null ? bytes : joined(ctx, rest, bytes);
        read();
    }

    private static ByteBuf joined(ChannelHandlerContext ctx, ByteBuf before, ByteBuf bytes) {
        ByteBuf all = ctx.alloc().buffer(before.readableBytes() + bytes.readableBytes());
        all.writeBytes(before).writeBytes(bytes);
        before.release();
        bytes.release();
        return all;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        end();
    }

    /** Nothing more is wanted of the client. May be said again. */
    void end() {
        paused = true;
        ended = true;
        reader.release();
        release();
    }

    /** How many bytes have come. */
    long receivedBytes() {
        return receivedBytes;
    }

    /** Hands out nothing for now. */
    void pause() {
        paused = true;
    }

    /** Goes on. */
    void resume() {
        paused = ended;
        read();
    }

    private void read() {
        if (reading) {
            return; // The loop below sees what has changed.
        }
        reading = true;
        try {
            while (rest != null && !paused) {
                Message next = reader.next(rest);
                if (next == null) {
                    release();
                } else {
                    session.onMessage(next);
                }
            }
        } catch (WebSocketException e) {
            release();
            paused = true;
            session.onBroken(e);
        } finally {
            reading = false;
        }
    }

    private void release() {
        if (rest != null) {
            rest.release();
            rest = null;
        }
    }
}
