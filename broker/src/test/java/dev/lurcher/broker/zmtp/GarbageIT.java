package dev.lurcher.broker.zmtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.loop.EventLoops.Transport;
import dev.lurcher.broker.zmtp.ZmtpCounters.Event;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever arrives, the peers that behave go on being served. */
class GarbageIT {
    private static final Role REQUESTS = new Role.Requests(true);

    /** Asserts that a peer that was there before, and one that comes now, are served. */
    private static void assertServed(Bound bound, Library.Sockets sockets, Library.Socket before, Peer peer) {
        Bound.send(peer, "still here");
        assertEquals(List.of("still here"), before.receive());
        Library.Socket after = sockets.connect(SocketType.PULL, bound.endpoint());
        Peer next = bound.recorder.peer();
        while (next.type() != SocketType.PULL) {
            next = bound.recorder.peer();
        }
        Bound.send(next, "and new");
        assertEquals(List.of("and new"), after.receive());
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "\26\3\1\2\0\1\0\1\374\3\3", "SSH-2.0-x\r\n"})
    void whoSpeaksSomethingElseIsTurnedAwayAtOnce(String bytes) {
        try (Bound bound = Bound.to(REQUESTS);
                Library.Sockets sockets = Library.LIBZMQ.start();
                RawPeers peers = new RawPeers(bound.endpoint())) {
            Library.Socket before = sockets.connect(SocketType.PULL, bound.endpoint());
            Peer peer = bound.recorder.peer();
            RawPeers.end(peers.send(Bytes.of(bytes)));
            assertEquals(1, bound.count(Event.NOT_ZMTP));
            assertServed(bound, sockets, before, peer);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void randomAndTruncatedGreetingsChangeNothing(Transport transport) throws IOException {
        Random random = new Random(42);
        try (LogLines log = new LogLines();
                Bound bound = Bound.to(transport, REQUESTS, ZmtpSettings.defaults());
                Library.Sockets sockets = Library.LIBZMQ.start();
                RawPeers peers = new RawPeers(bound.endpoint())) {
            Library.Socket before = sockets.connect(SocketType.PULL, bound.endpoint());
            Peer peer = bound.recorder.peer();
            byte[] handshake = Bytes.of(Bytes.greeting(1), Bytes.ready("Socket-Type", "DEALER"));
            for (int i = 0; i < 200; i++) {
                byte[] noise = new byte[random.nextInt(200)];
                random.nextBytes(noise);
                peers.send(noise).close();
                byte[] prefix = Arrays.copyOf(handshake, random.nextInt(handshake.length));
                peers.send(prefix).close();
                peers.send(handshake, noise).close();
            }
            Await.until(
                    "all are gone",
                    () -> bound.count(Event.ACCEPTED) == 601
                            && bound.listener.counters().peers() == 1);
            assertServed(bound, sockets, before, peer);
            assertEquals(
                    List.of(),
                    log.lines().stream()
                            .filter(line -> line.startsWith("ERROR"))
                            .toList());
        }
    }

    @Test
    void headersThatClaimGigabytesCostNothing() {
        try (Bound bound = Bound.to(REQUESTS);
                Library.Sockets sockets = Library.LIBZMQ.start();
                RawPeers peers = new RawPeers(bound.endpoint())) {
            Library.Socket before = sockets.connect(SocketType.PULL, bound.endpoint());
            Peer peer = bound.recorder.peer();
            byte[] hello = Bytes.of(Bytes.greeting(1), Bytes.ready("Socket-Type", "DEALER"));
            for (int i = 0; i < 100; i++) {
                peers.send(hello, Bytes.longHeader(Frames.LONG, 2L << 30));
            }
            Await.until("all are dropped", () -> bound.count(Event.OVERSIZE) == 100);
            assertServed(bound, sockets, before, peer);
        }
    }

    @Test
    void headersThatClaimAllThatIsAllowedAllocateWhatArrives() {
        try (Bound bound = Bound.to(REQUESTS);
                RawPeers peers = new RawPeers(bound.endpoint())) {
            byte[] hello = Bytes.of(Bytes.greeting(1), Bytes.ready("Socket-Type", "DEALER"));
            long before = usedDirectMemory();
            for (int i = 0; i < 100; i++) {
                peers.send(hello, Bytes.longHeader(Frames.LONG, 16 << 20), new byte[100]);
            }
            Await.until("all are ready", () -> bound.count(Event.READY) == 100);
            long grown = usedDirectMemory() - before;
            assertTrue(grown < 16 << 20, "direct memory has grown by " + grown);
        }
    }

    private static long usedDirectMemory() {
        ByteBufAllocator allocator = ByteBufAllocator.DEFAULT;
        return ((ByteBufAllocatorMetricProvider) allocator).metric().usedDirectMemory();
    }

    @Test
    void halfAHandshakeEndsWithItsDeadline() {
        ZmtpSettings hasty = new ZmtpSettings(
                Duration.ofMillis(200),
                1 << 20,
                10,
                Duration.ofSeconds(5),
                Duration.ofSeconds(15),
                1 << 16,
                Duration.ofSeconds(1));
        try (Bound bound = Bound.to(Transport.EPOLL, REQUESTS, hasty);
                RawPeers peers = new RawPeers(bound.endpoint())) {
            Socket silent = peers.send();
            Socket half = peers.send(Arrays.copyOf(Bytes.greeting(1), 30));
            Socket greeted = peers.send(Bytes.greeting(1));
            for (Socket socket : List.of(silent, half, greeted)) {
                RawPeers.end(socket);
            }
            assertEquals(3, bound.count(Event.HANDSHAKE_TIMEOUT));
        }
    }
}
