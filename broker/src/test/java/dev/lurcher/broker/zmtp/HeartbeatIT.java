package dev.lurcher.broker.zmtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import dev.lurcher.broker.loop.EventLoops.Transport;
import dev.lurcher.broker.zmtp.ZmtpCounters.Event;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Signs of life, asked for by either side. */
class HeartbeatIT {
    private static final ZmtpSettings BRISK = new ZmtpSettings(
            Duration.ofSeconds(10),
            1 << 20,
            10,
            Duration.ofMillis(100),
            Duration.ofMillis(1500),
            1 << 16,
            Duration.ofSeconds(1));
    private static final Role REQUESTS = new Role.Requests(false);

    @Test
    void libzmqAnswersOurPings() {
        try (Bound bound = Bound.to(Transport.EPOLL, REQUESTS, BRISK);
                LibzmqSockets sockets = new LibzmqSockets();
                RawPeers peers = new RawPeers(bound.endpoint())) {
            Library.Socket pull = sockets.connect(SocketType.PULL, bound.endpoint());
            Peer peer = bound.recorder.peer();
            // The silent one shows that the time is up.
            Socket silent = peers.ready(SocketType.PULL);
            bound.recorder.peer();
            assertEquals("nothing was heard of it for 1500 ms", bound.recorder.departure());
            RawPeers.end(silent);
            assertEquals(List.of(peer), bound.recorder.peers);
            assertEquals(1, bound.count(Event.HEARTBEAT_TIMEOUT));
            Bound.send(peer, "alive");
            assertEquals(List.of("alive"), pull.receive());
        }
    }

    @Test
    void aProcessThatIsStoppedIsDroppedAndComesBack() {
        try (Bound bound = Bound.to(Transport.EPOLL, REQUESTS, BRISK);
                LibzmqSockets sockets = new LibzmqSockets()) {
            Library.Socket pull = sockets.connect(SocketType.PULL, bound.endpoint());
            bound.recorder.peer();
            sockets.signal("STOP");
            assertEquals("nothing was heard of it for 1500 ms", bound.recorder.departure());
            sockets.signal("CONT");
            Bound.send(bound.recorder.peer(), "welcome back");
            assertEquals(List.of("welcome back"), pull.receive());
        }
    }

    @ParameterizedTest
    @EnumSource(Library.class)
    void theLibrariesPingsAreAnswered(Library library) {
        ZmtpSettings none = new ZmtpSettings(
                Duration.ofSeconds(10), 1 << 20, 10, Duration.ZERO, Duration.ZERO, 1 << 16, Duration.ofSeconds(1));
        try (Bound bound = Bound.to(Transport.EPOLL, REQUESTS, none);
                Library.Sockets sockets = library.start();
                RawPeers peers = new RawPeers(bound.endpoint())) {
            Library.Socket pull = sockets.open(SocketType.PULL, "", new Library.Heartbeats(100, 1000, 3000));
            pull.connect(bound.endpoint().toString());
            Peer peer = bound.recorder.peer();
            // Without our PONG the library would leave after 1 s; another peer's time to live of 1.5 s tells when that
            // is over.
            peers.send(Bytes.greeting(1), Bytes.ready("Socket-Type", "PULL"), Bytes.command("PING", "\0\17"));
            bound.recorder.peer();
            assertEquals("nothing was heard of it for 1500 ms", bound.recorder.departure());
            assertEquals(List.of(peer), bound.recorder.peers);
            Bound.send(peer, "alive");
            assertEquals(List.of("alive"), pull.receive());
        }
    }

    @Test
    void aLibraryOfVersion30IsNotExpectedToSpeak() {
        try (Bound bound = Bound.to(Transport.EPOLL, REQUESTS, BRISK);
                Library.Sockets sockets = Library.JEROMQ.start();
                RawPeers peers = new RawPeers(bound.endpoint())) {
            Library.Socket asking = sockets.open(SocketType.PULL, "", new Library.Heartbeats(100, 5000, 0));
            asking.connect(bound.endpoint().toString());
            Peer askingPeer = bound.recorder.peer();
            Library.Socket silent = sockets.connect(SocketType.PULL, bound.endpoint());
            Peer silentPeer = bound.recorder.peer();
            // One of version 3.1 shows that the time is up.
            peers.ready(SocketType.PULL);
            bound.recorder.peer();
            assertEquals("nothing was heard of it for 1500 ms", bound.recorder.departure());
            assertEquals(List.of(askingPeer, silentPeer), bound.recorder.peers);
            Bound.send(askingPeer, "one");
            Bound.send(silentPeer, "two");
            assertEquals(List.of("one"), asking.receive());
            assertEquals(List.of("two"), silent.receive());
        }
    }

    @ParameterizedTest
    @EnumSource(Library.class)
    void aLibraryNoticesThatWeAreGone(Library library) throws IOException {
        // A listener that accepts and then never runs again: its only event loop is kept busy.
        try (Bound bound = Bound.to(Transport.EPOLL, REQUESTS, BRISK);
                Library.Sockets sockets = library.start()) {
            Library.Socket pull = sockets.open(SocketType.PULL, "", new Library.Heartbeats(100, 1000, 3000));
            pull.connect(bound.endpoint().toString());
            Peer peer = bound.recorder.peer();
            java.util.concurrent.CountDownLatch busy = new java.util.concurrent.CountDownLatch(1);
            peer.loop().execute(() -> awaitQuietly(busy));
            // The library connects again, and the connection lands on the other loop.
            Peer again = bound.recorder.peer();
            assertNotSame(again.loop(), peer.loop());
            busy.countDown();
            Bound.send(again, "back");
            assertEquals(List.of("back"), pull.receive());
        }
    }

    private static void awaitQuietly(java.util.concurrent.CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
