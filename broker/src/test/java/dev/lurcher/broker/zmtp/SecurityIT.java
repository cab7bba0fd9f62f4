package dev.lurcher.broker.zmtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.zmtp.Library.Proof;
import dev.lurcher.broker.zmtp.ZmtpCounters.Event;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** PLAIN and CURVE as JeroMQ and libzmq speak them. */
class SecurityIT {
    private static final Role REQUESTS = new Role.Requests(true);
    private static final CurvePair SERVER = CurvePair.generate();
    private static final CurvePair WORKER = CurvePair.generate();
    private static final Security CURVE = new Security.Curve(SERVER, Map.of(WORKER.key(), "worker"));
    private static final Security PLAIN = new Security.Plain(Map.of("w", PasswordHash.of("secret")));
    private static final Proof KEY = Proof.Curve.of(SERVER.key(), WORKER);
    private static final Proof PASSWORD = new Proof.Plain("w", "secret");
    private static final String LARGE = "0123456789".repeat(30_000);

    static Stream<Arguments> mechanisms() {
        return Stream.of(Library.values())
                .flatMap(library ->
                        Stream.of(Arguments.of(library, CURVE, KEY), Arguments.of(library, PLAIN, PASSWORD)));
    }

    @ParameterizedTest
    @MethodSource("mechanisms")
    void requestsReachPullPeers(Library library, Security security, Proof proof) {
        try (Bound bound = Bound.to(REQUESTS, security);
                Library.Sockets sockets = library.start()) {
            Library.Socket pull = sockets.open(SocketType.PULL, proof);
            pull.connect(bound.endpoint().toString());
            Peer peer = bound.recorder.peer();
            for (String text : List.of("", "small", LARGE, "x".repeat(255), "x".repeat(256))) {
                Bound.send(peer, text);
                assertEquals(List.of(text), pull.receive());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("mechanisms")
    void repliesComeFromPubPeers(Library library, Security security, Proof proof) {
        try (Bound bound = Bound.to(new Role.Replies(Bytes.of("S ")), security);
                Library.Sockets sockets = library.start()) {
            Library.Socket pub = sockets.open(SocketType.XPUB, proof);
            pub.connect(bound.endpoint().toString());
            bound.recorder.peer();
            assertEquals(List.of("\1S "), pub.receive());
            pub.send("other");
            pub.send("S small");
            pub.send("S " + LARGE);
            assertEquals(List.of("S small"), bound.recorder.message());
            assertEquals(List.of("S " + LARGE), bound.recorder.message());
            assertTrue(bound.recorder.frames.isEmpty());
        }
    }

    @ParameterizedTest
    @MethodSource("mechanisms")
    void dealersTakeAndAnswer(Library library, Security security, Proof proof) {
        try (Bound bound = Bound.to(REQUESTS, security);
                Library.Sockets sockets = library.start()) {
            Library.Socket dealer = sockets.open(SocketType.DEALER, proof);
            dealer.connect(bound.endpoint().toString());
            Peer peer = bound.recorder.peer();
            assertEquals(SocketType.DEALER, peer.type());
            Bound.send(peer, "one", "two");
            assertEquals(List.of("one", "two"), dealer.receive());
            dealer.send("three", LARGE);
            assertEquals(List.of("three", LARGE), bound.recorder.message());
        }
    }

    @ParameterizedTest
    @MethodSource("mechanisms")
    void controllersAskAndAreAnswered(Library library, Security security, Proof proof) {
        try (Bound bound = Bound.to(new Role.Control(), security);
                Library.Sockets sockets = library.start()) {
            Library.Socket req = sockets.open(SocketType.REQ, proof);
            req.connect(bound.endpoint().toString());
            Peer peer = bound.recorder.peer();
            req.send("status");
            assertEquals(List.of("", "status"), bound.recorder.message());
            Bound.send(peer, "", "fine");
            assertEquals(List.of("fine"), req.receive());
        }
    }

    /** A burst goes through the batches of the output. */
    @ParameterizedTest
    @MethodSource("mechanisms")
    void burstsArriveWholeAndInOrder(Library library, Security security, Proof proof) {
        int count = 900;
        try (Bound bound = Bound.to(REQUESTS, security);
                Library.Sockets sockets = library.start()) {
            Library.Socket pull = sockets.open(SocketType.PULL, proof);
            pull.connect(bound.endpoint().toString());
            Peer peer = bound.recorder.peer();
            Bound.on(peer, () -> {
                for (int i = 0; i < count; i++) {
                    byte[] frame = Bytes.of(i + "x".repeat(i % 500));
                    peer.send(frame, 0, frame.length);
                }
            });
            for (int i = 0; i < count; i++) {
                assertEquals(List.of(i + "x".repeat(i % 500)), pull.receive());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("mechanisms")
    void heartbeatsOfTheLibraryAreAnswered(Library library, Security security, Proof proof) {
        try (Bound bound = Bound.to(REQUESTS, security);
                Library.Sockets sockets = library.start()) {
            Library.Socket dealer = sockets.open(SocketType.DEALER, proof, new Library.Heartbeats(100, 400, 400));
            dealer.connect(bound.endpoint().toString());
            Peer peer = bound.recorder.peer();
            long until = System.nanoTime() + 1_500_000_000L;
            Await.until("it has lived for several heartbeats", () -> System.nanoTime() - until > 0);
            assertTrue(bound.recorder.departures.isEmpty(), bound.recorder.departures::toString);
            Bound.send(peer, "alive");
            assertEquals(List.of("alive"), dealer.receive());
        }
    }

    static Stream<Arguments> strangers() {
        CurvePair other = CurvePair.generate();
        return Stream.of(Library.values())
                .flatMap(library -> Stream.of(
                        Arguments.of(library, CURVE, Proof.Curve.of(SERVER.key(), other)),
                        Arguments.of(library, CURVE, Proof.Curve.of(other.key(), WORKER)),
                        Arguments.of(library, PLAIN, new Proof.Plain("w", "guessed")),
                        Arguments.of(library, PLAIN, new Proof.Plain("stranger", "secret"))));
    }

    @ParameterizedTest
    @MethodSource("strangers")
    void strangersAreNotLetIn(Library library, Security security, Proof proof) {
        try (Bound bound = Bound.to(REQUESTS, security);
                Library.Sockets sockets = library.start()) {
            Library.Socket pull = sockets.open(SocketType.PULL, proof);
            pull.connect(bound.endpoint().toString());
            Await.until("it was refused", () -> bound.count(Event.NOT_ADMITTED) > 0);
            assertEquals(0, bound.count(Event.READY));
            assertTrue(bound.recorder.arrivals.isEmpty());
        }
    }

    @Test
    void libzmqIsToldThatItWasNotLetIn() {
        try (Bound bound = Bound.to(REQUESTS, CURVE);
                LibzmqSockets sockets = new LibzmqSockets()) {
            LibzmqSockets.Socket pull = (LibzmqSockets.Socket)
                    sockets.open(SocketType.PULL, Proof.Curve.of(SERVER.key(), CurvePair.generate()));
            pull.connect(bound.endpoint().toString());
            assertEquals("HANDSHAKE_FAILED_AUTH", pull.handshake());
        }
    }

    /** Row Z2 of the threats in docs/security.md. */
    @Test
    void noneOfAThousandUnknownKeysIsLetIn() {
        try (Bound bound = Bound.to(REQUESTS, CURVE);
                RawPeers peers = new RawPeers(bound.endpoint());
                Library.Sockets sockets = Library.LIBZMQ.start()) {
            Library.Socket known = sockets.open(SocketType.PULL, KEY);
            known.connect(bound.endpoint().toString());
            Peer peer = bound.recorder.peer();
            for (int i = 0; i < 1000; i++) {
                String answer = peers.shake(new CurvePeer(SERVER.key(), CurvePair.generate()), "PULL");
                assertEquals("\5ERROR\3" + "400", answer);
            }
            assertEquals(1000, bound.count(Event.NOT_ADMITTED));
            assertEquals(1, bound.count(Event.READY));
            Bound.send(peer, "still here");
            assertEquals(List.of("still here"), known.receive());
        }
    }

    @Test
    void aChangedListCountsAtOnce() {
        CurvePair second = CurvePair.generate();
        try (Bound bound = Bound.to(REQUESTS, CURVE);
                RawPeers peers = new RawPeers(bound.endpoint())) {
            CurvePeer stays = new CurvePeer(SERVER.key(), WORKER);
            assertTrue(peers.shake(stays, "PULL").startsWith("\5READY"));
            assertEquals("\5ERROR\3" + "400", peers.shake(new CurvePeer(SERVER.key(), second), "PULL"));
            bound.listener.admit(new Security.Curve(SERVER, Map.of(WORKER.key(), "w", second.key(), "s")));
            assertTrue(peers.shake(new CurvePeer(SERVER.key(), second), "PULL").startsWith("\5READY"));
            assertEquals(2, bound.listener.counters().peers());
            bound.listener.admit(new Security.Curve(SERVER, Map.of(WORKER.key(), "w")));
            assertEquals("it is not let in any more", bound.recorder.departure());
            assertEquals("\5ERROR\3" + "400", peers.shake(new CurvePeer(SERVER.key(), second), "PULL"));
            assertEquals(1, bound.listener.counters().peers());
        }
    }

    @Test
    void peersInTheClearGoWhenCurveComes() {
        try (Bound bound = Bound.to(REQUESTS);
                RawPeers peers = new RawPeers(bound.endpoint())) {
            peers.ready(SocketType.PULL);
            bound.recorder.peer();
            bound.listener.admit(CURVE);
            assertEquals("it is not let in any more", bound.recorder.departure());
            assertTrue(peers.shake(new CurvePeer(SERVER.key(), WORKER), "PULL").startsWith("\5READY"));
        }
    }
}
