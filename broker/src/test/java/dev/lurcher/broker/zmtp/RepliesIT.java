package dev.lurcher.broker.zmtp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lurcher.broker.loop.EventLoops.Transport;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** An endpoint that takes replies, with the peers that publish them. */
class RepliesIT {
    static Stream<Arguments> combinations() {
        return Stream.of(Library.values())
                .flatMap(library -> Stream.of(Transport.values())
                        .flatMap(transport -> Stream.of(SocketType.PUB, SocketType.XPUB)
                                .map(type -> Arguments.of(library, transport, type))));
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void publishersDeliverWhatIsSubscribed(Library library, Transport transport, SocketType type) {
        Role role = new Role.Replies("broker-1 ".getBytes(UTF_8));
        try (Bound bound = Bound.to(transport, role, ZmtpSettings.defaults());
                Library.Sockets sockets = library.start()) {
            Library.Socket publisher = sockets.connect(type, bound.endpoint());
            assertEquals(type, bound.recorder.peer().type());
            // A publisher drops what nobody has subscribed yet: publish until the subscription has arrived.
            Await.until("a message arrives", () -> {
                publisher.send("broker-1 0:, first");
                return !bound.recorder.frames.isEmpty();
            });
            publisher.send("broker-2 0:, no");
            publisher.send("broker-1");
            publisher.send("broker-1 1:5, parts", "of it");
            List<String> message;
            do {
                message = bound.recorder.message();
            } while (message.equals(List.of("broker-1 0:, first")));
            assertEquals(List.of("broker-1 1:5, parts", "of it"), message);
            assertEquals(0, bound.count(ZmtpCounters.Event.UNSUBSCRIBED));
        }
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void anEmptySubscriptionTakesEverything(Library library, Transport transport, SocketType type) {
        try (Bound bound = Bound.to(transport, new Role.Replies(new byte[0]), ZmtpSettings.defaults());
                Library.Sockets sockets = library.start()) {
            Library.Socket publisher = sockets.connect(type, bound.endpoint());
            Await.until("a message arrives", () -> {
                publisher.send("anything");
                return !bound.recorder.frames.isEmpty();
            });
            assertEquals(List.of("anything"), bound.recorder.message());
        }
    }
}
