package dev.lurcher.broker.zmtp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An endpoint that answers, with the peers that ask. */
class ControlIT {
    @ParameterizedTest
    @EnumSource(Library.class)
    void requestersGetTheirAnswer(Library library) {
        try (Bound bound = Bound.to(new Role.Control());
                Library.Sockets sockets = library.start()) {
            Library.Socket requester = sockets.connect(SocketType.REQ, bound.endpoint());
            Peer peer = bound.recorder.peer();
            assertEquals(SocketType.REQ, peer.type());
            for (int i = 0; i < 3; i++) {
                requester.send("status " + i, "", "more");
                assertEquals(List.of("", "status " + i, "", "more"), bound.recorder.message());
                Bound.send(peer, "", "fine " + i, "indeed");
                assertEquals(List.of("fine " + i, "indeed"), requester.receive());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Library.class)
    void dealersGetTheirRouteBack(Library library) {
        try (Bound bound = Bound.to(new Role.Control());
                Library.Sockets sockets = library.start()) {
            Library.Socket dealer = sockets.connect(SocketType.DEALER, bound.endpoint());
            Peer peer = bound.recorder.peer();
            dealer.send("hop 1", "hop 2", "", "question");
            assertEquals(List.of("hop 1", "hop 2", "", "question"), bound.recorder.message());
            Bound.send(peer, "hop 1", "hop 2", "", "answer");
            assertEquals(List.of("hop 1", "hop 2", "", "answer"), dealer.receive());
        }
    }
}
