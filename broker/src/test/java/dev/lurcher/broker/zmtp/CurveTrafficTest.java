package dev.lurcher.broker.zmtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.zmtp.ZmtpCounters.Event;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages after CURVE's handshake. */
class CurveTrafficTest {
    private static final Role REQUESTS = new Role.Requests(true);

    private final CurvePair server = CurvePair.generate();
    private final CurvePair worker = CurvePair.generate();
    private final Line line = Line.with(REQUESTS, new Security.Curve(server, Map.of(worker.key(), "worker")));
    private final CurvePeer peer = CurvePeer.ready(line, server.key(), worker, "DEALER");

    private List<String> sent() {
        return Bytes.contents(line.sent()).stream().map(peer::open).toList();
    }

    private static String text(int length) {
        StringBuilder text = new StringBuilder(length);
        new Random(length).ints(length, 0, 256).forEach(c -> text.append((char) c));
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 222, 223, 255, 256, 4000, 16_382, 16_383, 16_384, 16_385, 40_000, 100_000})
    void framesOfEverySizePassBothWays(int length) {
        try (line) {
            line.sent();
            line.receive(peer.message(0, text(length)));
            assertEquals(List.of(text(length)), line.recorder.message());
            byte[] content = Bytes.of(text(length));
            line.recorder.peer().send(content, 0, content.length);
            assertEquals(List.of("0:" + text(length)), sent());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100, 4096, 50_000})
    void messagesOfThreePartsAreSealedAsOne(int length) {
        try (line) {
            line.sent();
            byte[] content = Bytes.of(text(length));
            line.recorder
                    .peer()
                    .send(Bytes.of("<head>"), 1, 5, Unpooled.directBuffer().writeBytes(content), Bytes.of("tail"));
            assertEquals(List.of("0:head" + text(length) + "tail"), sent());
        }
    }

    @Test
    void contentThatIsSentIsNotChanged() {
        try (line) {
            line.sent();
            byte[] content = Bytes.of(text(10_000));
            var kept = Unpooled.wrappedBuffer(content.clone());
            line.recorder.peer().send(Bytes.of("a"), 0, 1, kept.retainedDuplicate(), Bytes.of("b"));
            line.sent();
            byte[] after = new byte[content.length];
            kept.getBytes(0, after);
            assertTrue(Arrays.equals(content, after));
            kept.release();
        }
    }

    @Test
    void framesOfOneMessageKeepTogether() {
        try (line) {
            line.receive(Bytes.of(peer.message(1, "a"), peer.message(1, ""), peer.message(0, "b")));
            assertEquals(List.of("a", "", "b"), line.recorder.message());
        }
    }

    @Test
    void manyFramesOfOneReadAreToldInOrder() {
        try (line) {
            byte[] all = {};
            for (int i = 0; i < 50; i++) {
                all = Bytes.of(all, peer.message(0, "message " + i));
            }
            line.receive(all);
            for (int i = 0; i < 50; i++) {
                assertEquals(List.of("message " + i), line.recorder.message());
            }
            assertEquals(1, line.recorder.readCompletes.get());
        }
    }

    @Test
    void framesAreUnderstoodByteByByte() {
        try (line) {
            byte[] frames = Bytes.of(peer.message(0, text(300)), peer.message(0, "b"));
            for (byte one : frames) {
                line.receive(new byte[] {one});
            }
            assertEquals(List.of(text(300)), line.recorder.message());
            assertEquals(List.of("b"), line.recorder.message());
        }
    }

    @Test
    void heartbeatsAreSealedToo() {
        try (line) {
            line.sent();
            line.receive(peer.message(CurveInput.SEALED_COMMAND, "\4PING\0\144ctx"));
            assertEquals(List.of("2:\4PONGctx"), sent());
            line.advance(Duration.ofSeconds(5));
            assertEquals(List.of("2:\4PING\0\226"), sent());
        }
    }

    @Test
    void aSubscriptionIsSealed() {
        try (Line replies = Line.with(
                new Role.Replies(Bytes.of("S ")), new Security.Curve(server, Map.of(worker.key(), "worker")))) {
            CurvePeer publisher = CurvePeer.ready(replies, server.key(), worker, "PUB");
            List<byte[]> sent = Bytes.contents(replies.sent());
            publisher.ready(sent.get(0));
            assertEquals("2:\11SUBSCRIBES ", publisher.open(sent.get(1)));
            replies.receive(Bytes.of(publisher.message(0, "S yes"), publisher.message(0, "no")));
            assertEquals(List.of("S yes"), replies.recorder.message());
            assertTrue(replies.recorder.frames.isEmpty());
        }
        line.close();
    }

    @Test
    void aFrameIsTakenOnce() {
        try (line) {
            byte[] frame = peer.message(0, "once");
            line.receive(frame, frame);
            assertEquals(List.of("once"), line.recorder.message());
            assertTrue(line.recorder.frames.isEmpty());
            assertEquals(1, line.count(Event.PROTOCOL_ERROR));
            assertFalse(line.isOpen());
        }
    }

    @Test
    void framesThatChangePlacesAreNotTaken() {
        try (line) {
            byte[] first = peer.message(0, "first");
            byte[] second = peer.message(0, "second");
            line.receive(second, first);
            assertEquals(List.of("second"), line.recorder.message());
            assertTrue(line.recorder.frames.isEmpty());
            assertEquals(1, line.count(Event.PROTOCOL_ERROR));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2 + 8, 2 + 15, 2 + 16, 2 + 31, 2 + 32, 2 + 33, 2 + 40})
    void aChangedFrameIsNotTold(int at) {
        try (line) {
            byte[] frame = peer.message(0, "some text that is long enough");
            frame[at] ^= 0x40;
            line.receive(frame);
            assertTrue(line.recorder.frames.isEmpty());
            assertEquals(1, line.count(Event.PROTOCOL_ERROR));
            assertEquals("a frame was changed on its way, or sealed by somebody else", line.recorder.departure());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 8, 128, 255})
    void flagsThatMeanNothingEndTheConnection(int flags) {
        try (line) {
            line.receive(peer.message(flags, "x"));
            assertTrue(line.recorder.frames.isEmpty());
            assertEquals(1, line.count(Event.PROTOCOL_ERROR));
        }
    }

    @Test
    void aMessageMayBeAsLargeAsInTheClear() {
        try (line) {
            line.receive(peer.message(0, text(100_000)));
            assertEquals(1, line.recorder.frames.size());
            line.receive(peer.message(0, text(100_001)));
            assertEquals(1, line.recorder.frames.size());
            assertEquals(1, line.count(Event.OVERSIZE));
        }
    }

    @Test
    void aPeerIsDroppedWhenItsKeyIsTakenOffTheList() {
        try (line) {
            line.rules.set(new Security.Curve(server, Map.of()));
            line.connection().prove();
            line.channel.runPendingTasks();
            assertEquals("it is not let in any more", line.recorder.departure());
            assertEquals(1, line.count(Event.NOT_ADMITTED));
        }
    }

    @Test
    void aPeerStaysWhenOthersAreAddedOrRemoved() {
        try (line) {
            line.rules.set(new Security.Curve(
                    server, Map.of(worker.key(), "renamed", CurvePair.generate().key(), "another")));
            line.connection().prove();
            line.channel.runPendingTasks();
            assertTrue(line.isOpen() && line.recorder.departures.isEmpty());
        }
    }
}
