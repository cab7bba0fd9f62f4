package dev.lurcher.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.lurcher.broker.loop.EventLoops;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * The least that a server on Netty can do: it parses each request with Netty's codec and answers it at once with the bytes
 * that the C worker of the race sends. No routing, no worker, no checks. The distance of the broker from it is what the
 * broker's own work costs.
 */
public final class NettyHello {
    private static final ByteBuf ANSWER = Unpooled.unreleasableBuffer(Unpooled.directBuffer()
            .writeBytes("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\nhello\n"
                    .getBytes(US_ASCII)));
    private static final int BACKLOG = 1024;

    private NettyHello() {}

    /**
     * Serves until it is killed, on as many event loops as the broker takes by default.
     *
     * @param arguments the port, on 127.0.0.1
     */
    public static void main(String[] arguments) throws InterruptedException {
        int port = Integer.parseInt(arguments[0]);
        EventLoops loops = EventLoops.start(0);
        new ServerBootstrap()
                .group(loops.group())
                .channel(loops.tcpServer())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new HttpRequestDecoder(), new Hello());
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .sync()
                .channel()
                .closeFuture()
                .sync();
    }

    private static final class Hello extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object part) {
            if (part instanceof LastHttpContent) {
                ctx.write(ANSWER.duplicate(), ctx.voidPromise());
            }
            ReferenceCountUtil.release(part);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            ctx.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
