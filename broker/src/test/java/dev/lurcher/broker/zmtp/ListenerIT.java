package dev.lurcher.broker.zmtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.loop.EventLoops.Transport;
import dev.lurcher.broker.zmtp.ZmtpCounters.Event;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ListenerIT {
    private static final Role REQUESTS = new Role.Requests(true);

    @ParameterizedTest
    @EnumSource(Transport.class)
    void tellsThePortThatItTook(Transport transport) {
        try (Bound one = Bound.to("tcp://*:0", transport, REQUESTS, ZmtpSettings.defaults());
                Bound other = Bound.to("tcp://*:0", transport, REQUESTS, ZmtpSettings.defaults())) {
            assertNotEquals(one.endpoint(), other.endpoint());
            assertTrue(one.endpoint() instanceof Endpoint.Tcp tcp
                    && tcp.port() > 0
                    && tcp.host().equals("*"));
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void namesAnAddressThatIsInUse(Transport transport) {
        try (Bound first = Bound.to(transport, REQUESTS, ZmtpSettings.defaults())) {
            ZmtpException thrown = Bound.refusal(first.endpoint().toString(), transport);
            assertEquals(ZmtpException.Code.ADDRESS_IN_USE, thrown.code());
            assertTrue(
                    String.valueOf(thrown.getMessage())
                            .contains("Fix: stop the process that listens there, or choose another endpoint."),
                    thrown.getMessage());
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void namesAnAddressOfAnotherMachine(Transport transport) {
        ZmtpException thrown = Bound.refusal("tcp://192.0.2.1:0", transport);
        assertEquals(ZmtpException.Code.CANNOT_BIND, thrown.code());
        assertTrue(
                String.valueOf(thrown.getMessage()).contains("Fix: write an address of this machine"),
                thrown.getMessage());
    }

    @Test
    void namesAHostThatDoesNotResolve() {
        assertEquals(
                ZmtpException.Code.UNKNOWN_HOST,
                Bound.refusal("tcp://eth99.invalid:0", Transport.NIO).code());
    }

    @ParameterizedTest
    @CsvSource({
        "EPOLL, tcp://[::1]:0, [::1]",
        "NIO, tcp://[::1]:0, [::1]",
        "EPOLL, tcp://*:0, [::1]",
        "EPOLL, tcp://*:0, 127.0.0.1",
        "NIO, tcp://*:0, 127.0.0.1",
        "EPOLL, tcp://lo:0, 127.0.0.1",
        "EPOLL, tcp://localhost:0, 127.0.0.1"
    })
    void libzmqConnectsOverBothFamilies(Transport transport, String endpoint, String host) {
        try (Bound bound = Bound.to(endpoint, transport, REQUESTS, ZmtpSettings.defaults());
                LibzmqSockets sockets = new LibzmqSockets()) {
            LibzmqSockets.Socket pull = sockets.open(SocketType.PULL, "IPV6=1");
            pull.connect("tcp://" + host + ":" + ((Endpoint.Tcp) bound.endpoint()).port());
            Peer peer = bound.recorder.peer();
            assertTrue(peer.remoteAddress().startsWith(host), peer.remoteAddress());
            Bound.send(peer, "six");
            assertEquals(List.of("six"), pull.receive());
        }
    }

    @Test
    void jeromqConnectsOverIpv6() {
        try (Bound bound = Bound.to("tcp://[::1]:0", Transport.EPOLL, REQUESTS, ZmtpSettings.defaults());
                JeroMqSockets sockets = new JeroMqSockets()) {
            Library.Socket pull = sockets.openIpv6(SocketType.PULL);
            pull.connect(bound.endpoint().toString());
            Bound.send(bound.recorder.peer(), "six");
            assertEquals(List.of("six"), pull.receive());
        }
    }

    @Test
    void peersAreSpreadOverTheLoops() {
        try (Bound bound = Bound.to(REQUESTS);
                RawPeers peers = new RawPeers(bound.endpoint())) {
            peers.ready(SocketType.PULL);
            peers.ready(SocketType.PULL);
            assertNotSame(bound.recorder.peer().loop(), bound.recorder.peer().loop());
        }
    }

    private static ZmtpSettings threePeers() {
        return new ZmtpSettings(
                Duration.ofMinutes(10),
                1 << 20,
                3,
                Duration.ofSeconds(5),
                Duration.ofMinutes(10),
                1 << 16,
                Duration.ofSeconds(1));
    }

    @Test
    void whoDoesNotFinishTheHandshakeMakesRoom() {
        try (Bound bound = Bound.to(Transport.EPOLL, REQUESTS, threePeers());
                RawPeers peers = new RawPeers(bound.endpoint())) {
            peers.ready(SocketType.PULL);
            Socket begun = peers.send(Bytes.greeting(1));
            Await.until("it has been accepted", () -> bound.count(Event.ACCEPTED) == 2);
            Socket silent = peers.send();
            Await.until("so has the other", () -> bound.count(Event.ACCEPTED) == 3);
            peers.ready(SocketType.PULL);
            RawPeers.end(begun);
            peers.ready(SocketType.PULL);
            RawPeers.end(silent);
            assertEquals(2, bound.count(Event.TOO_MANY_PEERS));
            Await.until(
                    "three workers are there", () -> bound.listener.counters().peers() == 3);
        }
    }

    @Test
    void whoAsksNothingMakesRoomAtAnEndpointForQuestions() throws IOException {
        try (Bound bound = Bound.to(Transport.EPOLL, new Role.Control(), threePeers());
                RawPeers peers = new RawPeers(bound.endpoint())) {
            Socket asking = peers.ready(SocketType.REQ);
            Socket silent = peers.ready(SocketType.REQ);
            peers.ready(SocketType.REQ);
            asking.getOutputStream().write(Bytes.of(Bytes.frame(1, ""), Bytes.frame(0, "question")));
            bound.recorder.frame();
            peers.ready(SocketType.REQ);
            RawPeers.end(silent);
            assertEquals(1, bound.count(Event.TOO_MANY_PEERS));
            assertEquals(3, bound.listener.counters().peers());
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void takesNoMorePeersThanAllowed(Transport transport) throws IOException {
        ZmtpSettings few = new ZmtpSettings(
                Duration.ofSeconds(10),
                1 << 20,
                3,
                Duration.ofSeconds(5),
                Duration.ofSeconds(15),
                1 << 16,
                Duration.ofSeconds(1));
        try (LogLines log = new LogLines();
                Bound bound = Bound.to(transport, REQUESTS, few);
                RawPeers peers = new RawPeers(bound.endpoint())) {
            Socket first = peers.ready(SocketType.PULL);
            peers.ready(SocketType.PULL);
            peers.ready(SocketType.PULL);
            RawPeers.end(peers.send());
            assertEquals(1, bound.count(Event.TOO_MANY_PEERS));
            assertTrue(
                    log.lines().getFirst().contains("as many peers as allowed (3) are connected"),
                    log.lines()::toString);
            first.close();
            bound.recorder.departure();
            Await.until("there is room again", () -> {
                Socket next = peers.send(Bytes.greeting(1), Bytes.ready("Socket-Type", "PULL"));
                return readFirst(next) == 0xFF;
            });
        }
    }

    private static int readFirst(Socket socket) {
        try {
            return socket.getInputStream().read();
        } catch (IOException reset) {
            return -1;
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void whatWasSentArrivesBeforeTheEnd(Transport transport) throws IOException {
        Bound bound = Bound.to(transport, REQUESTS, ZmtpSettings.defaults());
        try (RawPeers peers = new RawPeers(bound.endpoint())) {
            Socket socket = peers.ready(SocketType.PULL);
            Peer peer = bound.recorder.peer();
            // More than the peer has asked for lies unread on our side, which would make a reset of a plain close.
            socket.getOutputStream().write(Bytes.command("PONG", "unread".repeat(100)));
            String text = "x".repeat(150_000);
            Bound.on(peer, () -> {
                peer.send(Bytes.of(text), 0, text.length());
                bound.listener.close();
            });
            byte[] expected = Bytes.frame(0, text);
            InputStream in = socket.getInputStream();
            assertEquals(
                    new String(expected, StandardCharsets.ISO_8859_1),
                    new String(in.readNBytes(expected.length), StandardCharsets.ISO_8859_1));
            assertEquals(-1, in.read());
        } finally {
            bound.close();
        }
        assertEquals("the endpoint was closed", bound.recorder.departure());
    }

    @Test
    void closingTwiceIsTheSameAsOnce() {
        Bound bound = Bound.to(REQUESTS);
        bound.listener.close();
        bound.listener
                .close()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
        bound.close();
    }
}
