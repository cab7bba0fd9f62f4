package dev.lurcher.broker.zmtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.zmtp.ZmtpCounters.Event;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrafficTest {
    private static final Role REQUESTS = new Role.Requests(true);
    private static final Role REPLIES = new Role.Replies(Bytes.of("up "));

    @Test
    void tellsFramesThenTheEndOfTheRead() {
        try (Line line = Line.ready(REQUESTS, SocketType.DEALER, 1)) {
            line.receive(Bytes.frame(1, "a"), Bytes.frame(0, ""), Bytes.frame(0, "b".repeat(1000)));
            assertEquals(List.of("a", ""), line.recorder.message());
            assertEquals(List.of("b".repeat(1000)), line.recorder.message());
            assertEquals(1, line.recorder.readCompletes.get());
            line.receive(Bytes.command("PONG", ""));
            assertEquals(1, line.recorder.readCompletes.get(), "nothing was told");
        }
    }

    @Test
    void dropsWhatIsNotSubscribedMessageByMessage() {
        try (Line line = Line.ready(REPLIES, SocketType.PUB, 0)) {
            line.receive(
                    Bytes.frame(0, "up 1"),
                    Bytes.frame(0, "up"),
                    Bytes.frame(1, "down"),
                    Bytes.frame(0, "up 2"),
                    Bytes.frame(1, "up 3"),
                    Bytes.frame(0, "down"));
            assertEquals(List.of("up 1"), line.recorder.message());
            assertEquals(List.of("up 3", "down"), line.recorder.message());
            assertEquals(0, line.recorder.frames.size());
            assertEquals(2, line.count(Event.UNSUBSCRIBED), "messages, not frames");
        }
    }

    @Test
    void aPullPeerMayNotTalk() {
        try (Line line = Line.ready(REQUESTS, SocketType.PULL, 1)) {
            line.receive(Bytes.frame(0, "x"));
            assertEquals(1, line.count(Event.PROTOCOL_ERROR));
            assertFalse(line.isOpen());
            assertEquals("a PULL socket sent a message", line.recorder.departure());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\0", "\1", "\5PING"})
    void dropsAPeerWhoseCommandHasNoName(String command) {
        try (Line line = Line.ready(REQUESTS, SocketType.PULL, 1)) {
            line.receive(Bytes.frame(Frames.COMMAND, command));
            assertEquals(1, line.count(Event.PROTOCOL_ERROR));
            assertFalse(line.isOpen());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\4JOINgroup", "\5LEAVE", "\11SUBSCRIBEx", "\5READY", "\1X"})
    void passesOverCommandsThatMeanNothingToIt(String command) {
        try (Line line = Line.ready(REQUESTS, SocketType.DEALER, 1)) {
            line.receive(Bytes.frame(Frames.COMMAND, command), Bytes.frame(0, "after"));
            assertEquals(List.of("after"), line.recorder.message());
            assertEquals(List.of(), line.sentFrames());
        }
    }

    @Test
    void dropsAPeerThatClaimsTooMuch() {
        try (Line line = Line.ready(REQUESTS, SocketType.DEALER, 1)) {
            line.receive(Bytes.frame(0, "x".repeat(100_000)));
            assertEquals(100_000, line.recorder.frame().text().length());
            line.receive(Bytes.longHeader(Frames.LONG, 100_001));
            assertEquals(1, line.count(Event.OVERSIZE));
            assertFalse(line.isOpen());
            assertEquals("a frame of 100001 bytes, and 100000 are allowed", line.recorder.departure());
        }
    }

    @Test
    void dropsAPeerThatLosesTheFraming() {
        try (Line line = Line.ready(REQUESTS, SocketType.DEALER, 1)) {
            line.receive(Bytes.frame(0, "ok"), Bytes.of("junk"), Bytes.frame(0, "not ok"));
            assertEquals(List.of("ok"), line.recorder.message());
            assertEquals(0, line.recorder.frames.size());
            assertEquals(1, line.count(Event.PROTOCOL_ERROR));
            assertEquals("a frame begins with the octet 0x6a", line.recorder.departure());
            assertEquals(1, line.recorder.readCompletes.get(), "what came before it is flushed");
            assertEquals(0, line.counters.peers());
        }
    }

    @Test
    void noFrameIsToldAfterClose() {
        Recorder closer = new Recorder() {
            @Override
            public void onFrame(Peer peer, ByteBuf buffer, int index, int length, boolean more) {
                super.onFrame(peer, buffer, index, length, more);
                peer.close("had enough");
                assertEquals(0, departures.size(), "onGone never comes during close");
            }
        };
        try (Line line = new Line(REQUESTS, Line.SETTINGS, closer)) {
            line.receive(
                    Bytes.greeting(1), Bytes.ready("Socket-Type", "DEALER"), Bytes.frame(0, "1"), Bytes.frame(0, "2"));
            assertEquals(List.of("1"), closer.message());
            assertEquals(0, closer.frames.size());
            assertEquals("had enough", closer.departure());
            assertEquals(0, closer.departures.size());
            assertFalse(line.isOpen());
        }
    }

    @Test
    void aListenerThatFailsLosesOnlyThatPeer() {
        Recorder failing = new Recorder() {
            @Override
            public void onFrame(Peer peer, ByteBuf buffer, int index, int length, boolean more) {
                throw new IllegalStateException("on purpose");
            }
        };
        try (Line line = new Line(REQUESTS, Line.SETTINGS, failing);
                LogLines log = new LogLines()) {
            line.receive(Bytes.greeting(1), Bytes.ready("Socket-Type", "DEALER"), Bytes.frame(0, "1"));
            assertFalse(line.isOpen());
            assertEquals("connection lost: on purpose", failing.departure());
            assertTrue(log.lines().getFirst().startsWith("ERROR tcp://127.0.0.1:9997: 192.0.2.7:4711 is dropped"));
        }
    }

    @Test
    void whatWasSentLeavesBeforeTheEnd() {
        try (Line line = Line.ready(REQUESTS, SocketType.PULL, 1)) {
            Peer peer = line.recorder.peer();
            peer.send(Bytes.of("last words"), 0, 10);
            peer.close("done");
            assertEquals(List.of("0:last words"), line.sentFrames());
            assertEquals("done", line.recorder.departure());
            assertFalse(peer.isWritable());
            ByteBuf late = Unpooled.wrappedBuffer(new byte[10_000]);
            peer.send(Bytes.of("x"), 0, 1, late, Bytes.of("y"));
            peer.send(Bytes.of("x"), 0, 1);
            assertEquals(0, late.refCnt());
            assertEquals(List.of(), line.sentFrames());
        }
    }

    @Test
    void answersPingWithItsContext() {
        for (int length = 0; length <= 16; length++) {
            try (Line line = Line.ready(REQUESTS, SocketType.PULL, 1)) {
                String context = "0123456789abcdef".substring(0, length);
                line.receive(Bytes.command("PING", "\0\0" + context));
                assertEquals(List.of("4:\4PONG" + context), line.sentFrames());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\0", "\0\00012345678901234567"})
    void dropsAPeerWhosePingIsMalformed(String data) {
        try (Line line = Line.ready(REQUESTS, SocketType.PULL, 1)) {
            line.receive(Bytes.command("PING", data));
            assertEquals(1, line.count(Event.PROTOCOL_ERROR));
            assertFalse(line.isOpen());
        }
    }

    @Test
    void aFloodOfPingsThatNobodyReadsTheAnswersOfStaysSmall() {
        try (Line line = Line.ready(REQUESTS, SocketType.PULL, 1)) {
            Peer peer = line.recorder.peer();
            byte[] much = new byte[70_000];
            peer.send(much, 0, much.length);
            assertFalse(peer.isWritable());
            line.channel.pipeline().fireChannelRead(Unpooled.wrappedBuffer(Bytes.command("PING", "\0\0x")));
            assertEquals(List.of("0:" + "\0".repeat(70_000)), line.sentFrames());
        }
    }

    // Heartbeats.

    @Test
    void asksAPeerOfVersion31EachInterval() {
        try (Line line = Line.ready(REQUESTS, SocketType.PULL, 1)) {
            line.advance(Duration.ofMillis(4999));
            assertEquals(List.of(), line.sentFrames());
            line.advance(Duration.ofMillis(1));
            assertEquals(List.of("4:\4PING\0\226"), line.sentFrames(), "a time to live of 150 tenths");
            line.receive(Bytes.command("PONG", ""));
            line.advance(Duration.ofSeconds(5));
            assertEquals(List.of("4:\4PING\0\226"), line.sentFrames());
        }
    }

    @Test
    void dropsAPeerThatDoesNotAnswer() {
        try (Line line = Line.ready(REQUESTS, SocketType.PULL, 1)) {
            line.advance(Duration.ofMillis(14_999));
            assertTrue(line.isOpen());
            line.advance(Duration.ofMillis(1));
            assertFalse(line.isOpen());
            assertEquals(1, line.count(Event.HEARTBEAT_TIMEOUT));
            assertEquals("nothing was heard of it for 15000 ms", line.recorder.departure());
        }
    }

    @Test
    void takesAnyByteForASignOfLife() {
        try (Line line = Line.ready(REQUESTS, SocketType.DEALER, 1)) {
            line.receive(Bytes.longHeader(Frames.LONG, 1000));
            for (int i = 0; i < 10; i++) {
                line.advance(Duration.ofSeconds(14));
                line.receive(new byte[] {1});
            }
            assertTrue(line.isOpen());
            line.advance(Duration.ofSeconds(15));
            assertFalse(line.isOpen());
        }
    }

    @Test
    void leavesAPeerOfVersion30AloneUntilItAsksItself() {
        try (Line line = Line.ready(REQUESTS, SocketType.PULL, 0)) {
            line.advance(Duration.ofMinutes(10));
            assertTrue(line.isOpen());
            assertEquals(List.of(), line.sentFrames(), "a library of version 3.0 may take a PING for a message");
            line.receive(Bytes.command("PING", "\0\0"));
            assertEquals(List.of("4:\4PONG"), line.sentFrames());
            line.advance(Duration.ofSeconds(5));
            assertEquals(List.of("4:\4PING\0\226"), line.sentFrames());
            line.advance(Duration.ofSeconds(10));
            assertEquals(1, line.count(Event.HEARTBEAT_TIMEOUT));
        }
    }

    @Test
    void heedsThePeersTimeToLive() {
        try (Line line = Line.ready(REQUESTS, SocketType.PULL, 1)) {
            line.receive(Bytes.command("PING", "\0\24"));
            line.advance(Duration.ofMillis(1999));
            line.receive(Bytes.command("PING", "\0\24"));
            line.advance(Duration.ofMillis(1999));
            assertTrue(line.isOpen());
            line.advance(Duration.ofMillis(1));
            assertFalse(line.isOpen());
            assertEquals("nothing was heard of it for 2000 ms", line.recorder.departure());
        }
    }

    @Test
    void heedsTheTimeToLiveEvenWithoutHeartbeatsOfItsOwn() {
        ZmtpSettings none = new ZmtpSettings(
                Duration.ofSeconds(10), 1000, 10, Duration.ZERO, Duration.ZERO, 64 << 10, Duration.ofSeconds(1));
        try (Line line = Line.ready(REQUESTS, SocketType.PULL, 1, none)) {
            line.advance(Duration.ofHours(1));
            assertTrue(line.isOpen());
            line.receive(Bytes.command("PING", "\0\24"));
            assertEquals(List.of("4:\4PONG"), line.sentFrames());
            line.advance(Duration.ofSeconds(2));
            assertFalse(line.isOpen());
        }
    }

    @Test
    void namesNoTimeToLiveThatSomeLibrariesCannotCountTo() {
        assertEquals(655, Heartbeat.ttlTenths(Duration.ofMillis(65_599)));
        assertEquals(0, Heartbeat.ttlTenths(Duration.ofMillis(65_600)));
        assertEquals(1, Heartbeat.ttlTenths(Duration.ofMillis(100)));
    }
}
