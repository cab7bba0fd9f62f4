package dev.lurcher.broker.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EventLoopsTest {
    @ParameterizedTest
    @EnumSource(EventLoops.Transport.class)
    void startsAsManyLoopsAsWanted(EventLoops.Transport transport) {
        try (EventLoops loops = EventLoops.start(3, transport)) {
            assertEquals(3, loops.all().size());
            assertEquals(transport, loops.transport());
        }
    }

    @Test
    void choosesEpollOnLinux() {
        assertTrue(Epoll.isAvailable(), () -> "native epoll does not load: " + Epoll.unavailabilityCause());
        try (EventLoops loops = EventLoops.start(0)) {
            assertEquals(EventLoops.Transport.EPOLL, loops.transport());
            assertTrue(!loops.all().isEmpty());
        }
    }

    /** A loop notices that it is being closed in one of two places, and only one of them is where it closes its channels. */
    @ParameterizedTest
    @EnumSource(EventLoops.Transport.class)
    void closesItsChannelsAlsoWhenALoopIsBusyAsItIsClosed(EventLoops.Transport transport) throws Exception {
        EventLoops loops = EventLoops.start(1, transport);
        Accepted accepted = new Accepted();
        Channel server = listen(loops, accepted);
        try (Socket client = connect(server)) {
            accepted.active.get(20, TimeUnit.SECONDS);
            CountDownLatch busy = new CountDownLatch(1);
            loops.all().get(0).execute(() -> {
                busy.countDown();
                while (!loops.group().isShuttingDown()) {
                    Thread.onSpinWait();
                }
            });
            assertTrue(busy.await(20, TimeUnit.SECONDS));
            loops.close();
            assertTrue(loops.group().awaitTermination(20, TimeUnit.SECONDS));
            assertTrue(accepted.inactive.isDone(), "the channel's handlers were not told of its end");
            assertEquals(-1, client.getInputStream().read());
        }
    }

    private static Channel listen(EventLoops loops, Accepted accepted) throws InterruptedException {
        return new ServerBootstrap()
                .group(loops.group())
                .channel(loops.tcpServer())
                .childHandler(accepted)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sync()
                .channel();
    }

    private static Socket connect(Channel server) throws IOException {
        InetSocketAddress address = (InetSocketAddress) server.localAddress();
        Socket client = new Socket(address.getAddress(), address.getPort());
        client.setSoTimeout(20_000);
        return client;
    }

    private static final class Accepted extends ChannelInboundHandlerAdapter {
        private final CompletableFuture<Void> active = new CompletableFuture<>();
        private final CompletableFuture<Void> inactive = new CompletableFuture<>();

        @Override
        public void channelActive(ChannelHandlerContext context) {
            active.complete(null);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            inactive.complete(null);
        }
    }
}
