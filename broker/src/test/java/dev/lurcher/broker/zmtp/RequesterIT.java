package dev.lurcher.broker.zmtp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.loop.EventLoops.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The socket by which commands ask a broker. */
class RequesterIT {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static byte[] ask(Requester requester, Bound bound, byte[] question, byte[] answer) throws Exception {
        byte[][] got = new byte[1][];
        Thread asking = Thread.ofPlatform().start(() -> {
            try {
                got[0] = requester.ask(question);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        Peer peer = bound.recorder.peer();
        assertEquals(List.of("", new String(question, ISO_8859_1)), bound.recorder.message());
        Bound.send(peer, "", new String(answer, ISO_8859_1));
        asking.join();
        return got[0];
    }

    @Test
    void asksOverTcpAndUnixSockets(@TempDir Path folder) throws Exception {
        byte[] long1 = "x".repeat(300).getBytes(ISO_8859_1);
        byte[] long2 = "y".repeat(200_000).getBytes(ISO_8859_1);
        for (Endpoint endpoint :
                List.of(Endpoint.parse("tcp://127.0.0.1:0"), Endpoint.parse("ipc://" + folder.resolve("socket")))) {
            try (Bound bound = Bound.to(
                            endpoint.toString(), Transport.EPOLL, new Role.Control(), ZmtpSettings.defaults());
                    Requester requester = Requester.connect(bound.endpoint(), PATIENCE)) {
                assertArrayEquals(long2, ask(requester, bound, long1, long2));
            }
        }
    }

    private static final CurvePair SERVER = CurvePair.generate();
    private static final CurvePair CLIENT = CurvePair.generate();
    private static final String PASSWORD = PasswordHash.newPassword();

    private static Bound secured(Security security) {
        return Bound.to(
                "tcp://127.0.0.1:0",
                Transport.EPOLL,
                new Role.Control(),
                ZmtpSettings.defaults().withSecurity(security));
    }

    private static Security curve() {
        return new Security.Curve(SERVER, Map.of(CLIENT.key(), "client"));
    }

    private static Security plain() {
        return new Security.Plain(Map.of("user", PasswordHash.of(PASSWORD)));
    }

    @Test
    void asksWithAKeyOrAPassword() throws Exception {
        byte[] question = "x".repeat(40_000).getBytes(ISO_8859_1);
        byte[] answer = "y".repeat(200_000).getBytes(ISO_8859_1);
        Map<Security, Credentials> pairs = Map.of(
                curve(), new Credentials.Curve(SERVER.key(), CLIENT), plain(), new Credentials.Plain("user", PASSWORD));
        for (Map.Entry<Security, Credentials> pair : pairs.entrySet()) {
            try (Bound bound = secured(pair.getKey());
                    Requester requester = Requester.connect(bound.endpoint(), pair.getValue(), PATIENCE)) {
                assertArrayEquals(answer, ask(requester, bound, question, answer));
            }
        }
    }

    @Test
    void isToldThatItIsNotLetIn() {
        CurvePair other = CurvePair.generate();
        assertRefused(curve(), new Credentials.Curve(SERVER.key(), other));
        assertRefused(plain(), new Credentials.Plain("user", "guess"));
        assertRefused(plain(), new Credentials.Plain("nobody", PASSWORD));
        assertRefused(curve(), Credentials.NONE);
        assertRefused(plain(), Credentials.NONE);
        assertRefused(Security.NONE, new Credentials.Curve(SERVER.key(), CLIENT));
    }

    private static void assertRefused(Security security, Credentials credentials) {
        try (Bound bound = secured(security)) {
            assertThrows(
                    RefusalException.class,
                    () -> Requester.connect(bound.endpoint(), credentials, PATIENCE),
                    () -> security.mechanism() + " " + credentials);
        }
    }

    @Test
    void doesNotBelieveAServerWithoutTheKey() {
        try (Bound bound = secured(curve())) {
            CurveKey another = CurvePair.generate().key();
            assertThrows(
                    IOException.class,
                    () -> Requester.connect(bound.endpoint(), new Credentials.Curve(another, CLIENT), PATIENCE));
        }
    }

    @Test
    void saysThatTheSocketIsOfAnotherKind() {
        try (Bound bound = Bound.to(new Role.Requests(false))) {
            IOException refused = assertThrows(IOException.class, () -> Requester.connect(bound.endpoint(), PATIENCE));
            assertTrue(String.valueOf(refused.getMessage()).contains("does not fit: connect PULL"), refused::toString);
        }
    }

    @Test
    void saysThatNobodyListens(@TempDir Path folder) {
        assertThrows(
                IOException.class,
                () -> Requester.connect(Endpoint.parse("ipc://" + folder.resolve("nothing")), PATIENCE));
    }

    @Test
    void waitsNoLongerThanItIsTold() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Endpoint endpoint = Endpoint.parse("tcp://127.0.0.1:" + silent.getLocalPort());
            IOException late =
                    assertThrows(IOException.class, () -> Requester.connect(endpoint, Duration.ofMillis(100)));
            assertEquals("nothing came for 100 ms", late.getMessage());
        }
    }

    @Test
    void saysThatSomethingElseAnswers() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread answering = Thread.ofPlatform().start(() -> {
                try (var socket = other.accept()) {
                    socket.getOutputStream()
                            .write("HTTP/1.1 400 Bad Request\r\n\r\n".repeat(4).getBytes(ISO_8859_1));
                    socket.getInputStream().readAllBytes();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            Endpoint endpoint = Endpoint.parse("tcp://127.0.0.1:" + other.getLocalPort());
            IOException refused = assertThrows(IOException.class, () -> Requester.connect(endpoint, PATIENCE));
            assertEquals("what answers there does not speak ZMTP 3", refused.getMessage());
            answering.join();
        }
    }
}
