package dev.lurcher.broker.zmtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.lurcher.broker.loop.EventLoops.Transport;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Peers come back by themselves after an endpoint was closed and bound again, as when the broker was restarted. */
class ReconnectIT {
    @ParameterizedTest
    @EnumSource(Library.class)
    void peersComeBackAfterARestart(Library library) {
        Role requests = new Role.Requests(true);
        Bound first = Bound.to(requests);
        try (Library.Sockets sockets = library.start()) {
            Library.Socket pull = sockets.connect(SocketType.PULL, first.endpoint());
            Library.Socket dealer = sockets.connect(SocketType.DEALER, first.endpoint());
            first.recorder.peer();
            first.recorder.peer();
            first.close();
            assertEquals("the endpoint was closed", first.recorder.departure());
            assertEquals("the endpoint was closed", first.recorder.departure());
            assertEquals(0, first.listener.counters().peers());
            dealer.send("while nobody was there");
            try (Bound second =
                    Bound.to(first.endpoint().toString(), Transport.EPOLL, requests, ZmtpSettings.defaults())) {
                Peer one = second.recorder.peer();
                Peer other = second.recorder.peer();
                assertNotEquals(one.type(), other.type());
                Bound.send(one.type() == SocketType.PULL ? one : other, "after");
                assertEquals(List.of("after"), pull.receive());
                assertEquals(List.of("while nobody was there"), second.recorder.message());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Library.class)
    void publishersAreSubscribedAgainAfterARestart(Library library) {
        Role replies = new Role.Replies(Bytes.of("b"));
        Bound first = Bound.to(replies);
        try (Library.Sockets sockets = library.start()) {
            Library.Socket publisher = sockets.connect(SocketType.PUB, first.endpoint());
            first.recorder.peer();
            first.close();
            try (Bound second =
                    Bound.to(first.endpoint().toString(), Transport.EPOLL, replies, ZmtpSettings.defaults())) {
                Await.until("a message arrives", () -> {
                    publisher.send("back");
                    return !second.recorder.frames.isEmpty();
                });
            }
        }
    }
}
