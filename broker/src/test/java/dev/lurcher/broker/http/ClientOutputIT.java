package dev.lurcher.broker.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.dispatch.LoopContext;
import dev.lurcher.broker.dispatch.LoopContexts;
import dev.lurcher.broker.loop.EventLoops;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Credit is given when a client has taken what was sent to it, whatever marks that passes. */
class ClientOutputIT {
    private static final int BYTES = 32 * 1024 * 1024;

    @Test
    void tellsWhenTheClientHasTakenWhatAFlushLeft() throws Exception {
        EventLoops loops = EventLoops.start(1);
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            EventLoop loop = loops.all().get(0);
            LoopContext context = new LoopContexts(loops, 128).of(loop);
            Channel channel = new Bootstrap()
                    .group(loop)
                    .channel(loops.tcpClient())
                    // Nothing ever passes a mark.
                    .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(2 * BYTES, 4 * BYTES))
                    .handler(new ChannelInboundHandlerAdapter())
                    .connect(server.getLocalSocketAddress())
                    .sync()
                    .channel();
            try (Socket client = server.accept()) {
                CompletableFuture<ClientOutput> made = new CompletableFuture<>();
                CountDownLatch left = new CountDownLatch(1);
                CountDownLatch taken = new CountDownLatch(1);
                AtomicInteger told = new AtomicInteger();
                loop.execute(() -> {
                    ClientOutput output = new ClientOutput(channel, context, BYTES, () -> {
                        told.incrementAndGet();
                        (made.join().pendingBytes() > 0 ? left : taken).countDown();
                    });
                    made.complete(output);
                    assertTrue(output.write(Unpooled.buffer(BYTES).writeZero(BYTES)));
                });
                assertTrue(left.await(10, TimeUnit.SECONDS), "all of it fitted into the socket");
                assertEquals(BYTES, client.getInputStream().readNBytes(BYTES).length);
                assertTrue(taken.await(10, TimeUnit.SECONDS), "nothing was told of the rest");
                assertEquals(2, told.get());
            }
            channel.close().sync();
        } finally {
            loops.close();
        }
    }
}
