package dev.lurcher.broker.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The events of one channel, as its {@link HttpConnection} wants to hear of them. The error policy of HTTP stands here. */
final class HttpInbound extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(HttpInbound.class);

    private final HttpConnection connection;

    HttpInbound(HttpConnection connection) {
        this.connection = connection;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        connection.onOpen();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            switch (message) {
                case Request request -> connection.onRequest(request);
                case HttpContent part -> {
                    connection.onContent(part.content());
                    if (part instanceof LastHttpContent) {
                        connection.onRequestEnd();
                    }
                }
                case SocketMessage socketMessage -> connection.onMessage(socketMessage);
                case Refusal refusal -> connection.onRefusal(refusal);
                case ByteBuf late -> LOG.trace("{} bytes after the end", late.readableBytes());
                default -> throw new IllegalStateException("unexpected message " + message.getClass());
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        connection.onReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        connection.onSent();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            connection.onInputClosed();
        } else if (event instanceof RequestDecoder.InputEnd) {
            connection.onInputEnd();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        connection.onClosed();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.debug("client {}: {}", ctx.channel().remoteAddress(), cause.getMessage());
        } else {
            LOG.error(
                    "client {}: the connection is closed after a fault of the broker",
                    ctx.channel().remoteAddress(),
                    cause);
        }
        ctx.close();
    }
}
