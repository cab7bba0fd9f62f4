package dev.lurcher.broker.zmtp;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;

/** One connection from the first byte to the last. */
final class PeerConnection extends ChannelInboundHandlerAdapter {
    private final ChannelHandlerContext context;
    private String goneReason = "";

    PeerConnection(ChannelHandlerContext context) {
        this.context = context;
    }

    String remoteAddress() {
        return context.channel().remoteAddress().toString() + goneReason;
    }

    EventLoop loop() {
        return context.channel().eventLoop();
    }

    void close(String reason) {
        goneReason = reason;
        ChannelFuture unused = context.close();
    }
}
