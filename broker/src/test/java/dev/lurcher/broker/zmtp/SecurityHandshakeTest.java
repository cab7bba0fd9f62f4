package dev.lurcher.broker.zmtp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.zmtp.ZmtpCounters.Event;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PLAIN and CURVE up to READY: who is let in, and who is not. */
class SecurityHandshakeTest {
    private static final Role REQUESTS = new Role.Requests(true);
    private static final int LONG_HEADER = 9;
    private static final List<String> NOT_ADMITTED = List.of("4:\5ERROR\3" + "400");

    private final CurvePair server = CurvePair.generate();
    private final CurvePair worker = CurvePair.generate();
    private final Security curve = new Security.Curve(server, Map.of(worker.key(), "worker"));
    private final Security plain = new Security.Plain(Map.of("w", PasswordHash.of("secret")));

    private static byte[] plainHello(String user, String password) {
        return Bytes.command("HELLO", (char) user.length() + user + (char) password.length() + password);
    }

    private static byte[] plainInitiate(String type) {
        return Bytes.command("INITIATE", Bytes.property("Socket-Type", type));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PLAIN", "CURVE"})
    void theGreetingNamesTheMechanismAndTheServer(String mechanism) {
        try (Line line = Line.with(REQUESTS, mechanism.equals("PLAIN") ? plain : curve)) {
            line.receive(Bytes.greeting(1, mechanism));
            byte[] greeting = line.sent();
            assertEquals(64, greeting.length);
            assertArrayEquals(Arrays.copyOf(Bytes.of(mechanism), 20), Arrays.copyOfRange(greeting, 12, 32));
            assertEquals(1, greeting[32]);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PLAIN", "CURVE"})
    void aPeerOfAnotherMechanismIsRefused(String mechanism) {
        try (Line line = Line.with(REQUESTS, mechanism.equals("PLAIN") ? plain : curve)) {
            line.receive(Bytes.greeting(1), Bytes.ready("Socket-Type", "PULL"));
            assertEquals(1, line.count(Event.WRONG_MECHANISM));
            assertTrue(new String(line.sent(), ISO_8859_1).contains(mechanism), "it can see what is wanted");
            assertTrue(line.recorder.arrivals.isEmpty());
        }
    }

    @Test
    void plainLetsInWhoKnowsThePassword() {
        try (Line line = Line.with(REQUESTS, plain)) {
            line.receive(Bytes.greeting(1, "PLAIN"));
            line.sent();
            line.receive(plainHello("w", "secret"));
            assertEquals(List.of("4:\7WELCOME"), line.sentFrames());
            line.receive(plainInitiate("PULL"));
            assertEquals(
                    List.of("4:\5READY" + Bytes.property("Socket-Type", "PUSH")),
                    line.sentFrames().subList(0, 1));
            assertEquals(SocketType.PULL, line.recorder.peer().type());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"w:wrong", "w:", "x:secret", ":", "w:secret "})
    void plainRefusesWhoDoesNot(String who) {
        try (Line line = Line.with(REQUESTS, plain)) {
            line.receive(Bytes.greeting(1, "PLAIN"));
            line.sent();
            line.receive(plainHello(who.substring(0, who.indexOf(':')), who.substring(who.indexOf(':') + 1)));
            assertEquals(NOT_ADMITTED, line.sentFrames());
            line.receive(plainInitiate("PULL"));
            assertEquals(1, line.count(Event.NOT_ADMITTED));
            assertTrue(line.recorder.arrivals.isEmpty());
        }
    }

    @Test
    void plainExpectsHelloFirstAndWellFormed() {
        List<byte[]> others = List.of(
                plainInitiate("PULL"),
                Bytes.ready("Socket-Type", "PULL"),
                Bytes.command("HELLO", ""),
                Bytes.command("HELLO", "\1"),
                Bytes.command("HELLO", "\1w"),
                Bytes.command("HELLO", "\1w\7secret"),
                Bytes.command("HELLO", "\1w\6secret!"),
                Bytes.frame(0, "\5HELLO\1w\6secret"));
        for (byte[] other : others) {
            try (Line line = Line.with(REQUESTS, plain)) {
                line.receive(Bytes.greeting(1, "PLAIN"), other);
                assertEquals(1, line.count(Event.BAD_HANDSHAKE), new String(other, ISO_8859_1));
                assertTrue(line.recorder.arrivals.isEmpty());
            }
        }
    }

    @Test
    void plainIsNotOverAfterHello() {
        try (Line line = Line.with(REQUESTS, plain)) {
            line.receive(Bytes.greeting(1, "PLAIN"), plainHello("w", "secret"), Bytes.frame(0, "message"));
            assertEquals(1, line.count(Event.BAD_HANDSHAKE));
            assertTrue(line.recorder.arrivals.isEmpty() && line.recorder.frames.isEmpty());
        }
    }

    @Test
    void curveLetsInWhoseKeyIsOnTheList() {
        try (Line line = Line.with(REQUESTS, curve)) {
            CurvePeer peer = CurvePeer.ready(line, server.key(), worker, "DEALER");
            List<byte[]> sent = Bytes.contents(line.sent());
            assertEquals(Bytes.property("Socket-Type", "ROUTER"), peer.ready(sent.get(0)));
            assertEquals(SocketType.DEALER, line.recorder.peer().type());
        }
    }

    @Test
    void curveRefusesAKeyThatIsNotOnTheList() {
        try (Line line = Line.with(REQUESTS, curve)) {
            CurvePeer.ready(line, server.key(), CurvePair.generate(), "DEALER");
            assertEquals(NOT_ADMITTED, line.sentFrames());
            assertEquals(1, line.count(Event.NOT_ADMITTED));
            assertTrue(line.recorder.arrivals.isEmpty());
        }
    }

    @Test
    void anEmptyListAdmitsNobody() {
        try (Line line = Line.with(REQUESTS, new Security.Curve(server, Map.of()))) {
            CurvePeer.ready(line, server.key(), worker, "DEALER");
            assertEquals(NOT_ADMITTED, line.sentFrames());
        }
        try (Line line = Line.with(REQUESTS, new Security.Plain(Map.of()))) {
            line.receive(Bytes.greeting(1, "PLAIN"), plainHello("w", "secret"));
            assertEquals(1, line.count(Event.NOT_ADMITTED));
        }
    }

    @Test
    void curveRefusesWhoTakesAnotherForTheServer() {
        try (Line line = Line.with(REQUESTS, curve)) {
            line.receive(CurvePeer.greeting());
            line.sent();
            line.receive(new CurvePeer(CurvePair.generate().key(), worker).hello());
            assertEquals(NOT_ADMITTED, line.sentFrames());
            assertEquals(1, line.count(Event.NOT_ADMITTED));
        }
    }

    /** Who has seen a worker's public key has not its secret one. */
    @Test
    void curveRefusesAKeyThatIsClaimedOnly() {
        try (Line line = Line.with(REQUESTS, curve)) {
            CurvePeer thief = CurvePeer.welcomed(line, server.key(), CurvePair.generate());
            line.receive(thief.claiming(worker.key(), "DEALER"));
            assertEquals(NOT_ADMITTED, line.sentFrames());
            assertEquals(1, line.count(Event.NOT_ADMITTED));
            assertTrue(line.recorder.arrivals.isEmpty());
        }
    }

    /** A server that a worker trusts cannot pass for it at another server. */
    @Test
    void curveRefusesAVouchForAnotherServerOrConnection() {
        byte[] metadata = Bytes.of(Bytes.property("Socket-Type", "DEALER"));
        byte[] other = CurvePair.generate().key().bytes();
        for (boolean otherServer : new boolean[] {true, false}) {
            try (Line line = Line.with(REQUESTS, curve)) {
                CurvePeer peer = CurvePeer.welcomed(line, server.key(), worker);
                line.receive(
                        otherServer
                                ? peer.initiate(peer.passingKey(), other, metadata)
                                : peer.initiate(other, server.key().bytes(), metadata));
                assertEquals(NOT_ADMITTED, line.sentFrames());
            }
        }
    }

    @Test
    void curveRefusesEveryChangedOctetOfItsHandshake() {
        CurvePeer model = new CurvePeer(server.key(), worker);
        int helloLength = model.hello().length;
        for (int at = 2; at < helloLength; at++) {
            try (Line line = Line.with(REQUESTS, curve)) {
                byte[] hello = new CurvePeer(server.key(), worker).hello();
                hello[at] ^= 0x40;
                line.receive(CurvePeer.greeting());
                line.sent();
                line.receive(hello);
                // The padding means nothing.
                boolean padding = at >= 2 + 6 + 2 && at < 2 + 6 + 2 + 72;
                String sent = String.join("", line.sentFrames());
                assertEquals(padding, sent.startsWith("4:\7WELCOME"), "octet " + at + " of HELLO");
            }
        }
    }

    @Test
    void curveRefusesEveryChangedOctetOfInitiate() {
        for (int at = LONG_HEADER; ; at++) {
            try (Line line = Line.with(REQUESTS, curve)) {
                CurvePeer peer = CurvePeer.welcomed(line, server.key(), worker);
                byte[] initiate = peer.initiate("DEALER");
                if (at == initiate.length) {
                    return;
                }
                initiate[at] ^= 1;
                line.receive(initiate);
                assertTrue(line.recorder.arrivals.isEmpty(), "octet " + at + " of INITIATE");
                assertTrue(line.count(Event.BAD_HANDSHAKE) + line.count(Event.NOT_ADMITTED) == 1, "octet " + at);
            }
        }
    }

    @Test
    void curveRefusesANonceThatDoesNotGrow() {
        try (Line line = Line.with(REQUESTS, curve)) {
            CurvePeer peer = CurvePeer.welcomed(line, server.key(), worker);
            peer.nonce = 0;
            line.receive(peer.initiate("DEALER"));
            assertEquals(1, line.count(Event.BAD_HANDSHAKE));
        }
    }

    /** The key with which everybody has the same in common: nothing. */
    @Test
    void curveRefusesTheKeyThatBelongsToNobody() {
        try (Line line = Line.with(REQUESTS, curve)) {
            byte[] hello = new CurvePeer(server.key(), worker).hello();
            Arrays.fill(hello, 2 + 6 + 74, 2 + 6 + 74 + 32, (byte) 0);
            line.receive(CurvePeer.greeting());
            line.sent();
            line.receive(hello);
            assertEquals(NOT_ADMITTED, line.sentFrames());
        }
    }

    @Test
    void nothingIsTakenInTheClearAfterCurve() {
        for (byte[] clear : List.of(
                Bytes.frame(0, "message"),
                Bytes.frame(0, "x".repeat(100)),
                Bytes.command("PING", "\0\0"),
                Bytes.frame(Frames.MORE, "\7MESSAGE" + "x".repeat(100)))) {
            try (Line line = Line.with(REQUESTS, curve)) {
                CurvePeer.ready(line, server.key(), worker, "DEALER");
                line.receive(clear);
                assertEquals(1, line.count(Event.PROTOCOL_ERROR));
                assertTrue(line.recorder.frames.isEmpty());
                assertFalse(line.isOpen());
            }
        }
    }

    @Test
    void theListIsAskedAgainAtTheEndOfTheHandshake() {
        try (Line line = Line.with(REQUESTS, curve)) {
            CurvePeer peer = CurvePeer.welcomed(line, server.key(), worker);
            line.rules.set(new Security.Curve(server, Map.of()));
            line.receive(peer.initiate("DEALER"));
            assertEquals(NOT_ADMITTED, line.sentFrames());
            assertTrue(line.recorder.arrivals.isEmpty());
        }
    }
}
