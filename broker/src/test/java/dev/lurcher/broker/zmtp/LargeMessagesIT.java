package dev.lurcher.broker.zmtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.loop.EventLoops.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A mebibyte and more, in both directions. */
class LargeMessagesIT {
    static Stream<Arguments> combinations() {
        return RequestsIT.combinations();
    }

    private static String random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void largeMessagesArriveWhole(Library library, Transport transport) {
        try (Bound bound = Bound.to(transport, new Role.Requests(true), ZmtpSettings.defaults());
                Library.Sockets sockets = library.start()) {
            Library.Socket dealer = sockets.connect(SocketType.DEALER, bound.endpoint());
            Peer peer = bound.recorder.peer();
            String large = random(1 << 20);
            Bound.send(peer, large);
            Bound.send(peer, "small");
            ByteBuf content = Unpooled.directBuffer().writeBytes(Bytes.of(large));
            Bound.on(peer, () -> peer.send(Bytes.of("head "), 0, 5, content, Bytes.of(",")));
            assertTrue(List.of(large).equals(dealer.receive()));
            assertEquals(List.of("small"), dealer.receive());
            assertTrue(List.of("head " + large + ",").equals(dealer.receive()));

            dealer.send(large);
            dealer.send("small");
            dealer.send("parts", large, large);
            assertTrue(List.of(large).equals(bound.recorder.message()));
            assertEquals(List.of("small"), bound.recorder.message());
            assertTrue(List.of("parts", large, large).equals(bound.recorder.message()));
        }
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void aMessageOverTheLimitEndsOnlyItsPeer(Library library, Transport transport) {
        try (LogLines log = new LogLines();
                Bound bound = Bound.to(transport, new Role.Replies(new byte[0]), Line.SETTINGS);
                Library.Sockets sockets = library.start()) {
            Library.Socket large = sockets.connect(SocketType.PUB, bound.endpoint());
            bound.recorder.peer();
            Await.until("it is dropped", () -> {
                large.send("x".repeat(100_001));
                return bound.count(ZmtpCounters.Event.OVERSIZE) > 0;
            });
            assertEquals("a frame of 100001 bytes, and 100000 are allowed", bound.recorder.departure());
            large.close();
            Library.Socket allowed = sockets.connect(SocketType.PUB, bound.endpoint());
            Await.until("a message arrives", () -> {
                allowed.send("x".repeat(100_000));
                return !bound.recorder.frames.isEmpty();
            });
        }
    }
}
