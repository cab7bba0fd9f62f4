package dev.lurcher.broker.zmtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.loop.EventLoops.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A peer that does not read. */
class SlowPeerIT {
    private static final int MESSAGE_BYTES = 10_000;

    /** Sends as a pool does, as long as the peer takes more; answers how many messages were sent. */
    private static int fill(Peer peer) {
        byte[] message = new byte[MESSAGE_BYTES];
        int sent = 0;
        while (true) {
            int before = sent;
            while (peer.isWritable() && sent < 100_000) {
                Bound.on(peer, () -> peer.send(message, 0, message.length));
                sent++;
            }
            // What the operating system has taken by now makes room for more.
            Bound.on(peer, () -> {});
            if (sent == before) {
                return sent;
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void onlyThatPeerIsFullAndItsMemoryIsBounded(Transport transport) throws IOException {
        try (Bound bound = Bound.to(transport, new Role.Requests(false), ZmtpSettings.defaults());
                Library.Sockets sockets = Library.LIBZMQ.start();
                RawPeers peers = new RawPeers(bound.endpoint())) {
            Socket slow = peers.ready(SocketType.PULL);
            Peer slowPeer = bound.recorder.peer();
            int sent = fill(slowPeer);
            assertFalse(slowPeer.isWritable());
            Bound.on(
                    slowPeer,
                    () -> assertTrue(
                            slowPeer.pendingBytes() < (256 << 10) + 2 * MESSAGE_BYTES,
                            "pending " + slowPeer.pendingBytes()));

            Library.Socket other = sockets.connect(SocketType.PULL, bound.endpoint());
            Peer otherPeer = bound.recorder.peer();
            for (int i = 0; i < 100; i++) {
                Bound.send(otherPeer, "message " + i);
                assertEquals(List.of("message " + i), other.receive());
            }

            int told = bound.recorder.writables.get();
            InputStream in = slow.getInputStream();
            in.skipNBytes((long) sent * (MESSAGE_BYTES + 9));
            Await.until("there is room again", slowPeer::isWritable);
            Await.until("that is told", () -> bound.recorder.writables.get() > told);
            Bound.send(slowPeer, "go on");
            byte[] next = in.readNBytes(7);
            assertEquals("\0\5go on", new String(next, java.nio.charset.StandardCharsets.ISO_8859_1));
        }
    }

    @Test
    void aFullPeerThatGoesIsToldOfOnceAndReleased() throws IOException {
        try (Bound bound = Bound.to(new Role.Requests(false));
                RawPeers peers = new RawPeers(bound.endpoint())) {
            Socket slow = peers.ready(SocketType.PULL);
            Peer peer = bound.recorder.peer();
            fill(peer);
            slow.close();
            bound.recorder.departure();
            assertEquals(0, bound.recorder.departures.size());
            assertFalse(peer.isWritable());
            assertEquals(0, bound.listener.counters().peers());
        }
    }

    @Test
    void aFullPeerDoesNotHoldUpTheEnd() {
        Bound bound = Bound.to(new Role.Requests(false));
        try (RawPeers peers = new RawPeers(bound.endpoint())) {
            peers.ready(SocketType.PULL);
            fill(bound.recorder.peer());
            long start = System.nanoTime();
            bound.close();
            double seconds = (System.nanoTime() - start) / 1e9;
            assertTrue(seconds < 5, "it lingered " + seconds + " s");
        }
    }
}
