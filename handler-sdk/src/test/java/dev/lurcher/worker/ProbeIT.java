package dev.lurcher.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.worker.testing.PlayedBroker;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/** What is concluded from what a peer says, byte by byte, and from what it does not say. */
class ProbeIT {
    static final String GREETING = "\u00ff\0\0\0\0\0\0\0\0\u007f\3\1NULL" + "\0".repeat(48);

    @Test
    void aPushSocketRefuses() throws Exception {
        assertTrue(refuses("", GREETING + ready("PUSH")));
    }

    @Test
    void anErrorAfterOurReadyRefuses() throws Exception {
        assertTrue(refuses(GREETING, "\4\11\5ERROR\2no"));
    }

    @Test
    void anOlderVersionRefuses() throws Exception {
        assertTrue(refuses("", "\u00ff\0\0\0\0\0\0\0\1\u007f\1\10\0\0"));
        assertTrue(refuses("", "\1\0" + "x".repeat(20)));
    }

    @Test
    void aRouterMayTakeUs() throws Exception {
        assertFalse(refuses(GREETING, ready("ROUTER")));
    }

    @Test
    void anotherSocketMayNotBeTheBroker() throws Exception {
        assertFalse(refuses("", GREETING + ready("SUB")));
    }

    @Test
    void whoeverHangsUpMayJustBeEnding() throws Exception {
        assertFalse(refuses("", ""));
        assertFalse(refuses("", GREETING.substring(0, 20)));
        assertFalse(refuses(GREETING, ""));
    }

    @Test
    void nobodyThereMayComeLater() throws Exception {
        ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        server.close();
        assertFalse(ask(server.getLocalPort()));
    }

    @Test
    void whoeverIsSilentMayBeBusy() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertFalse(ask(silent.getLocalPort()));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PUSH", "ROUTER", "SUB", "REP"})
    void socketsOfALibraryAreRecognised(SocketType type) throws Exception {
        try (ZMQ.Context context = ZMQ.context(1);
                ZMQ.Socket socket = context.socket(type)) {
            int port = socket.bindToRandomPort("tcp://127.0.0.1");
            assertEquals(type == SocketType.PUSH, ask(port));
        }
    }

    /** Says one thing at once and another after our READY, then hangs up. */
    private static boolean refuses(String atOnce, String later) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread peer = new Thread(() -> {
                try (Socket socket = server.accept()) {
                    InputStream in = socket.getInputStream();
                    socket.getOutputStream().write(atOnce.getBytes(ISO_8859_1));
                    in.readNBytes(64);
                    if (!atOnce.isEmpty()) {
                        in.readNBytes(2 + 41);
                    }
                    socket.getOutputStream().write(later.getBytes(ISO_8859_1));
                } catch (IOException e) {
                    // The probe knows enough.
                }
            });
            peer.start();
            boolean result = ask(server.getLocalPort());
            peer.join();
            return result;
        }
    }

    private static boolean ask(int port) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        Probe probe = Probe.start("tcp://127.0.0.1:" + port, done::countDown);
        assertTrue(done.await(PlayedBroker.DEADLINE.toSeconds(), TimeUnit.SECONDS));
        assertTrue(probe.isDone());
        return probe.refusesDealers();
    }

    private static String ready(String type) {
        String body = "\5READY\13Socket-Type\0\0\0" + (char) type.length() + type;
        return "\4" + (char) body.length() + body;
    }
}
