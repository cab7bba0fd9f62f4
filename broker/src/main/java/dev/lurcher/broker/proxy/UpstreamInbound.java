package dev.lurcher.broker.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The events of one channel, as its {@link UpstreamConnection} wants to hear of them. The error policy of upstreams stands here. */
final class UpstreamInbound extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(UpstreamInbound.class);

    private final UpstreamConnection connection;

    UpstreamInbound(UpstreamConnection connection) {
        this.connection = connection;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        connection.onRead((ByteBuf) message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        connection.onReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable()) {
            connection.onRoom();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            connection.onInputEnd();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        connection.onClosed();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        connection.onFault();
        if (cause instanceof IOException) {
            // The end of the input follows, perhaps after an answer that was sent before the fault.
            LOG.debug("upstream {}: {}", ctx.channel().remoteAddress(), cause.getMessage());
        } else {
            LOG.error(
                    "upstream {}: the connection is closed after a fault of the broker",
                    ctx.channel().remoteAddress(),
                    cause);
            ctx.close();
        }
    }
}
