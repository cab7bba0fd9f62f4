package dev.lurcher.broker.http;

import dev.lurcher.broker.telemetry.TrafficLane;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Counts what a client sends that is no HTTP any more; {@link RequestDecoder} counts what is. */
final class ReceivedBytes extends ChannelInboundHandlerAdapter {
    private final TrafficLane lane;

    ReceivedBytes(TrafficLane lane) {
        this.lane = lane;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof ByteBuf bytes) {
            lane.received(bytes.readableBytes());
        }
        ctx.fireChannelRead(message);
    }
}
