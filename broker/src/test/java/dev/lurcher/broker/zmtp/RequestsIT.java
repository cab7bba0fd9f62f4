package dev.lurcher.broker.zmtp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.loop.EventLoops.Transport;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** An endpoint that hands out requests, with the peers that take them. */
class RequestsIT {
    static Stream<Arguments> combinations() {
        return Stream.of(Library.values())
                .flatMap(library -> Stream.of(Transport.values()).map(transport -> Arguments.of(library, transport)));
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void pullPeersGetWhatTheyAreSent(Library library, Transport transport) {
        try (Bound bound = Bound.to(transport, new Role.Requests(false), ZmtpSettings.defaults());
                Library.Sockets sockets = library.start()) {
            Library.Socket pull = sockets.connect(SocketType.PULL, bound.endpoint());
            Peer peer = bound.recorder.peer();
            assertEquals(SocketType.PULL, peer.type());
            assertTrue(peer.remoteAddress().startsWith("127.0.0.1:"), peer.remoteAddress());
            Bound.send(peer, "one");
            Bound.send(peer, "two", "", "three");
            assertEquals(List.of("one"), pull.receive());
            assertEquals(List.of("two", "", "three"), pull.receive());
            assertEquals(1, bound.listener.counters().peers());
            pull.close();
            assertEquals("it closed the connection", bound.recorder.departure());
            assertEquals(0, bound.listener.counters().peers());
        }
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void dealerPeersTakeAndAnswerUnderTheirName(Library library, Transport transport) {
        try (Bound bound = Bound.to(transport, new Role.Requests(true), ZmtpSettings.defaults());
                Library.Sockets sockets = library.start()) {
            Library.Socket dealer = sockets.open(SocketType.DEALER, "worker-7", Library.Heartbeats.NONE);
            dealer.connect(bound.endpoint().toString());
            Peer peer = bound.recorder.peer();
            assertEquals(SocketType.DEALER, peer.type());
            assertArrayEquals("worker-7".getBytes(UTF_8), peer.identity());
            Bound.send(peer, "request");
            assertEquals(List.of("request"), dealer.receive());
            dealer.send("answer");
            dealer.send("in", "", "parts");
            assertEquals(List.of("answer"), bound.recorder.message());
            assertEquals(List.of("in", "", "parts"), bound.recorder.message());
            // A PULL peer fits beside it.
            Library.Socket pull = sockets.connect(SocketType.PULL, bound.endpoint());
            Bound.send(bound.recorder.peer(), "to the other");
            assertEquals(List.of("to the other"), pull.receive());
        }
    }
}
