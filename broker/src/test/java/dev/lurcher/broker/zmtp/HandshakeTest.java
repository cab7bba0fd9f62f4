package dev.lurcher.broker.zmtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.zmtp.ZmtpCounters.Event;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeTest {
    private static final Role REQUESTS = new Role.Requests(true);
    private static final String PUSH_READY = "4:\5READY" + Bytes.property("Socket-Type", "PUSH");

    @Test
    void sendsItsVersionAtOnceAndTheRestAfterThePeersMechanism() {
        try (Line line = new Line(REQUESTS)) {
            byte[] version = line.sent();
            assertEquals(11, version.length);
            line.receive(Arrays.copyOf(Bytes.greeting(0), 31));
            assertEquals(0, line.sent().length);
            line.receive(new byte[] {0});
            byte[] greeting = Bytes.of(version, line.sent());
            byte[] expected = new byte[64];
            expected[0] = (byte) 0xFF;
            expected[9] = 0x7F;
            expected[10] = 3;
            expected[11] = 1;
            System.arraycopy(Bytes.of("NULL"), 0, expected, 12, 4);
            assertArrayEquals(expected, greeting);
        }
    }

    @Test
    void sendsItsGreetingToAPeerThatWaitsForAllOfIt() {
        try (Line line = new Line(REQUESTS)) {
            line.advance(Duration.ofMillis(499));
            assertEquals(11, line.sent().length);
            line.advance(Duration.ofMillis(1));
            assertEquals(53, line.sent().length);
            line.receive(Bytes.greeting(0));
            assertEquals(0, line.sent().length);
        }
    }

    @Test
    void namesItsTypeOnlyAfterThePeer() {
        try (Line line = new Line(REQUESTS)) {
            line.receive(Bytes.greeting(0));
            assertEquals(64, line.sent().length);
            line.receive(Bytes.ready("Socket-Type", "PULL"));
            assertEquals(List.of(PUSH_READY), line.sentFrames());
            assertEquals(SocketType.PULL, line.recorder.peer().type());
        }
    }

    @Test
    void understandsAHandshakeSplitAnywhere() {
        byte[] all = Bytes.of(
                Bytes.greeting(1),
                Bytes.ready("Socket-Type", "DEALER", "Identity", "w1"),
                Bytes.frame(Frames.MORE, "a"),
                Bytes.frame(0, "b"));
        for (int split = 1; split < all.length; split++) {
            try (Line line = new Line(REQUESTS)) {
                line.receive(Arrays.copyOf(all, split));
                line.receive(Arrays.copyOfRange(all, split, all.length));
                assertEquals(List.of("a", "b"), line.recorder.message(), "split at " + split);
                assertArrayEquals(Bytes.of("w1"), line.recorder.peer().identity());
            }
        }
    }

    @Test
    void understandsAHandshakeByteByByte() {
        byte[] all = Bytes.of(Bytes.greeting(0), Bytes.ready("Socket-Type", "DEALER"), Bytes.frame(0, "x".repeat(300)));
        try (Line line = new Line(REQUESTS)) {
            for (byte one : all) {
                line.receive(new byte[] {one});
            }
            assertEquals(List.of("x".repeat(300)), line.recorder.message());
        }
    }

    @Test
    void refusesEachOctetOfTheGreetingThatMeansSomethingElse() {
        for (int at = 0; at < 64; at++) {
            for (int value = 0; value < 256; value++) {
                byte[] greeting = Bytes.greeting(1);
                boolean same = greeting[at] == (byte) value;
                greeting[at] = (byte) value;
                boolean legal = switch (at) {
                    case 0 -> value == 0xFF;
                    case 9 -> (value & 1) == 1;
                    case 10 -> value >= 3;
                    default -> at < 12 || at > 31 || same;
                };
                Refusal refusal = new Greeting(Security.NONE).take(Unpooled.wrappedBuffer(greeting));
                assertEquals(legal, refusal == null, "octet " + at + " is " + value);
            }
        }
    }

    static Stream<Arguments> foreigners() {
        return Stream.of(
                Arguments.of("GET / HTTP/1.1\r\nHost: x\r\n\r\n", Event.NOT_ZMTP),
                Arguments.of("GE", Event.NOT_ZMTP),
                Arguments.of("\26\3\1\2\0\1\0\1\374\3\3", Event.NOT_ZMTP),
                Arguments.of("\0", Event.NOT_ZMTP),
                Arguments.of("\0\0\0\0", Event.NOT_ZMTP),
                Arguments.of("SSH-2.0-OpenSSH_9.2\r\n", Event.NOT_ZMTP),
                // ZMTP 1.0: an anonymous identity, and one of 300 octets.
                Arguments.of("\1\0", Event.OLD_VERSION),
                Arguments.of("\377\0\0\0\0\0\0\1\55\0", Event.OLD_VERSION),
                // ZMTP 2.0: revision and socket type instead of the rest of a greeting.
                Arguments.of("\377\0\0\0\0\0\0\0\1\177\1\7\0\0", Event.OLD_VERSION),
                Arguments.of("\377\0\0\0\0\0\0\0\1\177\2", Event.OLD_VERSION));
    }

    @ParameterizedTest
    @MethodSource("foreigners")
    void refusesWhoSpeaksSomethingElse(String bytes, Event event) {
        try (Line line = new Line(REQUESTS)) {
            line.sent();
            line.receive(Bytes.of(bytes));
            assertEquals(1, line.count(event));
            assertFalse(line.isOpen());
            assertEquals(0, line.sent().length);
            assertEquals(0, line.count(Event.ABANDONED));
        }
    }

    @ParameterizedTest
    @MethodSource("foreigners")
    void refusesThemAlikeHoweverTheirBytesAreSplit(String bytes, Event event) {
        byte[] more = Bytes.of(Bytes.of(bytes), new byte[Greeting.BYTES]);
        try (Line whole = new Line(REQUESTS);
                Line single = new Line(REQUESTS)) {
            whole.receive(more);
            for (byte octet : more) {
                single.receive(new byte[] {octet});
            }
            assertEquals(1, whole.count(event));
            assertEquals(1, single.count(event));
            assertEquals(Greeting.FIRST_BYTES, whole.sent().length);
            assertEquals(Greeting.FIRST_BYTES, single.sent().length);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PLAIN", "CURVE", "NULLX", "null", ""})
    void refusesOtherMechanisms(String mechanism) {
        byte[] greeting = Bytes.greeting(1);
        Arrays.fill(greeting, 12, 32, (byte) 0);
        System.arraycopy(Bytes.of(mechanism), 0, greeting, 12, mechanism.length());
        try (Line line = new Line(REQUESTS)) {
            line.receive(greeting);
            assertEquals(1, line.count(Event.WRONG_MECHANISM));
            assertEquals(64, line.sent().length, "the peer shall know what was wanted");
            assertFalse(line.isOpen());
        }
    }

    @Test
    void acceptsLaterVersionsAsItsOwn() {
        byte[] greeting = Bytes.greeting(0);
        greeting[10] = 4;
        try (Line line = new Line(new Role.Replies(Bytes.of("x")))) {
            line.receive(greeting);
            line.sent();
            line.receive(Bytes.ready("Socket-Type", "PUB"));
            assertEquals("4:\11SUBSCRIBEx", line.sentFrames().get(1));
        }
    }

    /** The table of the specification, cut down to what a broker binds. */
    private static final Map<String, String> FITTING = Map.of(
            "PULL only PULL", "PUSH",
            "PULL and DEALER PULL", "PUSH",
            "PULL and DEALER DEALER", "ROUTER",
            "replies PUB", "SUB",
            "replies XPUB", "SUB",
            "control REQ", "REP",
            "control DEALER", "REP");

    static Stream<Arguments> pairs() {
        Map<String, Role> roles = Map.of(
                "PULL only", new Role.Requests(false),
                "PULL and DEALER", new Role.Requests(true),
                "replies", new Role.Replies(new byte[0]),
                "control", new Role.Control());
        return roles.entrySet().stream()
                .flatMap(role -> Stream.of(SocketType.values())
                        .map(type -> Arguments.of(
                                role.getValue(), type, FITTING.getOrDefault(role.getKey() + " " + type, ""))));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void acceptsExactlyTheTypesThatFit(Role role, SocketType peer, String ours) {
        try (Line line = new Line(role)) {
            line.receive(Bytes.greeting(1));
            line.sent();
            line.receive(Bytes.ready("Socket-Type", peer.name()));
            String answer = line.sentFrames().getFirst();
            if (ours.isEmpty()) {
                assertTrue(answer.startsWith("4:\5ERROR"), answer);
                assertTrue(answer.contains("type \"" + peer + "\" does not fit: connect "), answer);
                assertEquals(answer.length() - 9, answer.charAt(8), "the reason's length");
                assertEquals(1, line.count(Event.UNFIT_SOCKET));
                assertFalse(line.isOpen());
                assertEquals(0, line.recorder.peers.size());
            } else {
                assertEquals("4:\5READY" + Bytes.property("Socket-Type", ours), answer);
                assertEquals(1, line.count(Event.READY));
                assertEquals(1, line.counters.peers());
                assertEquals(peer, line.recorder.peer().type());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SERVER", "pull", "PULL ", "", "\u0000", "a\r\nb"})
    void refusesTypesThatAreUnknown(String type) {
        try (Line line = new Line(REQUESTS)) {
            line.receive(Bytes.greeting(1));
            line.receive(Bytes.ready("Socket-Type", type));
            assertEquals(1, line.count(Event.UNFIT_SOCKET));
            assertFalse(line.isOpen());
        }
    }

    @ParameterizedTest
    @CsvSource({"0, '0:\1up: '", "1, '4:\11SUBSCRIBEup: '", "7, '4:\11SUBSCRIBEup: '"})
    void subscribesInTheFormOfThePeersVersion(int minor, String subscription) {
        try (Line line = new Line(new Role.Replies(Bytes.of("up: ")))) {
            line.receive(Bytes.greeting(minor));
            line.sent();
            line.receive(Bytes.ready("Socket-Type", "XPUB"));
            assertEquals(List.of("4:\5READY" + Bytes.property("Socket-Type", "SUB"), subscription), line.sentFrames());
        }
    }

    @Test
    void readsMetadataInAnyCaseAndOrder() {
        try (Line line = new Line(REQUESTS)) {
            line.receive(Bytes.greeting(1));
            line.receive(Bytes.ready(
                    "X-App.Name_1+",
                    "anything\0",
                    "iDENTITY",
                    "\377".repeat(255),
                    "Resource",
                    "",
                    "SOCKET-type",
                    "DEALER"));
            Peer peer = line.recorder.peer();
            assertEquals(SocketType.DEALER, peer.type());
            assertEquals(255, peer.identity().length);
            assertEquals("DEALER 192.0.2.7:4711", peer.toString());
        }
    }

    static Stream<byte[]> malformedReadies() {
        String type = Bytes.property("Socket-Type", "PULL");
        return Stream.of(
                Bytes.command("READY", "\0"),
                Bytes.command("READY", type + "\1"),
                Bytes.command("READY", type + "\1a"),
                Bytes.command("READY", type + "\1a\0\0\0"),
                Bytes.command("READY", type + "\1a\0\0\0\1"),
                Bytes.command("READY", type + "\1a\377\377\377\377"),
                Bytes.command("READY", type + "\1a\177\377\377\377xx"),
                Bytes.command("READY", type + Bytes.property("a b", "")),
                Bytes.command("READY", type + Bytes.property("Identity", "i".repeat(256))),
                Bytes.command("READ", type),
                Bytes.command("READYY", type),
                Bytes.command("ready", type),
                Bytes.command("PING", "\0\0"),
                Bytes.frame(Frames.COMMAND, ""),
                Bytes.frame(0, "\5READY" + type),
                Bytes.frame(0, "a message"));
    }

    @ParameterizedTest
    @MethodSource("malformedReadies")
    void answersWhatIsNoReadyWithError(byte[] frame) {
        try (Line line = new Line(REQUESTS)) {
            line.receive(Bytes.greeting(1));
            line.sent();
            line.receive(frame);
            assertEquals(1, line.count(Event.BAD_HANDSHAKE));
            assertTrue(line.sentFrames().getFirst().startsWith("4:\5ERROR"));
            assertFalse(line.isOpen());
        }
    }

    @Test
    void dropsAPeerThatRefuses() {
        try (Line line = new Line(REQUESTS)) {
            line.receive(Bytes.greeting(1));
            line.sent();
            line.receive(Bytes.command("ERROR", "\4none"));
            assertEquals(1, line.count(Event.BAD_HANDSHAKE));
            assertEquals(List.of(), line.sentFrames());
            assertFalse(line.isOpen());
        }
    }

    @Test
    void boundsWhatItReadsBeforeReady() {
        for (byte[] header :
                List.of(Bytes.longHeader(Frames.COMMAND | Frames.LONG, 8193), Bytes.longHeader(Frames.LONG, 50_000))) {
            try (Line line = new Line(REQUESTS)) {
                line.receive(Bytes.greeting(1));
                line.receive(header);
                assertEquals(1, line.count(Event.OVERSIZE));
                assertFalse(line.isOpen());
            }
        }
    }

    @Test
    void givesUpAfterTheTimeForAllOfTheHandshake() {
        try (Line line = new Line(REQUESTS)) {
            line.advance(Duration.ofSeconds(4));
            line.receive(Bytes.greeting(1));
            line.advance(Duration.ofMillis(5999));
            line.receive(new byte[] {4});
            assertTrue(line.isOpen());
            line.advance(Duration.ofMillis(1));
            assertFalse(line.isOpen());
            assertEquals(1, line.count(Event.HANDSHAKE_TIMEOUT));
            assertEquals(0, line.count(Event.ABANDONED));
        }
    }

    @Test
    void theDeadlineEndsWithTheHandshake() {
        try (Line line = Line.ready(REQUESTS, SocketType.PULL, 0)) {
            line.advance(Duration.ofHours(1));
            assertTrue(line.isOpen());
        }
    }

    @Test
    void countsWhoLeavesBeforeTheEnd() {
        Line line = new Line(REQUESTS);
        line.receive(Bytes.greeting(1));
        line.close();
        assertEquals(1, line.count(Event.ABANDONED));
        assertEquals(0, line.counters.peers());
    }
}
