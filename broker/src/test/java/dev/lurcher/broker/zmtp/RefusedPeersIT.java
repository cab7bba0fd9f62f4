package dev.lurcher.broker.zmtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.zmtp.ZmtpCounters.Event;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Sockets that may not connect: each is refused, named and counted, and the next one that fits is served. */
class RefusedPeersIT {
    static Stream<Arguments> unfit() {
        Map<SocketType, Role> roles = Map.of(
                SocketType.PULL, new Role.Requests(false),
                SocketType.PUB, new Role.Replies(new byte[0]),
                SocketType.REQ, new Role.Control());
        return Arrays.stream(Library.values())
                .flatMap(library -> roles.entrySet().stream()
                        .flatMap(role -> Arrays.stream(SocketType.values())
                                .filter(type -> role.getValue().towards(type) == null)
                                .map(type -> Arguments.of(library, role.getValue(), role.getKey(), type))));
    }

    @ParameterizedTest
    @MethodSource("unfit")
    void socketsThatDoNotFitAreRefused(Library library, Role role, SocketType fitting, SocketType type) {
        try (LogLines log = new LogLines();
                Bound bound = Bound.to(role);
                Library.Sockets sockets = library.start()) {
            Library.Socket refused = sockets.connect(type, bound.endpoint());
            Await.until("the log tells", () -> !log.lines().isEmpty());
            assertTrue(bound.count(Event.UNFIT_SOCKET) > 0);
            assertEquals(0, bound.listener.counters().peers());
            assertTrue(
                    log.lines().stream()
                            .anyMatch(line ->
                                    line.matches("WARN tcp://127.0.0.1:0: refused 127.0.0.1:\\d+: its socket type \""
                                            + type + "\" does not fit: connect " + role.acceptedShown() + "(.*)")),
                    log.lines()::toString);
            refused.close();
            sockets.connect(fitting, bound.endpoint());
            assertEquals(fitting, bound.recorder.peer().type());
        }
    }

    private static final String KEY = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7";

    static Stream<Arguments> mechanisms() {
        return Stream.of(
                Arguments.of("PLAIN", new String[] {"PLAIN_USERNAME='me", "PLAIN_PASSWORD='secret"}),
                Arguments.of("CURVE", new String[] {
                    "CURVE_SERVERKEY='" + KEY, "CURVE_PUBLICKEY='" + KEY, "CURVE_SECRETKEY='" + KEY
                }));
    }

    @ParameterizedTest
    @MethodSource("mechanisms")
    void otherMechanismsAreRefused(String mechanism, String[] options) {
        try (LogLines log = new LogLines();
                Bound bound = Bound.to(new Role.Requests(false));
                LibzmqSockets sockets = new LibzmqSockets()) {
            LibzmqSockets.Socket refused = sockets.open(SocketType.PULL, options);
            refused.connect(bound.endpoint().toString());
            Await.until("the log tells", () -> !log.lines().isEmpty());
            assertTrue(bound.count(Event.WRONG_MECHANISM) > 0);
            String told = "it wants the security mechanism \"" + mechanism + "\", and this endpoint has NULL";
            assertTrue(log.lines().getFirst().contains(told), log.lines()::toString);
        }
    }

    @Test
    void oneLineASecondIsLoggedHoweverManyAreRefused() {
        try (LogLines log = new LogLines();
                Bound bound = Bound.to(new Role.Requests(false));
                RawPeers peers = new RawPeers(bound.endpoint())) {
            long start = System.nanoTime();
            for (int i = 0; i < 200; i++) {
                peers.send(Bytes.of("GET / HTTP/1.1\r\n\r\n"));
            }
            Await.until("all are refused", () -> bound.count(Event.NOT_ZMTP) == 200);
            long seconds = (System.nanoTime() - start) / 1_000_000_000;
            assertTrue(log.lines().size() <= 2 + seconds, log.lines()::toString);
        }
    }
}
