package dev.lurcher.broker.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** Mongrel2 itself starts from a database of ours, and hands out requests. */
class Mongrel2StartIT {
    private static final int WAIT_MILLIS = 20_000;

    @TempDir
    private Path folder;

    @Test
    void mongrel2StartsFromOurSchema() throws IOException, InterruptedException {
        int port = freePort();
        int send = freePort();
        Databases.demo(folder, """
                INSERT INTO setting (key, value) VALUES ('server.daemonize', '0');
                UPDATE server SET port = %d;
                DELETE FROM route WHERE target_id = 2;
                UPDATE handler SET send_spec = 'tcp://127.0.0.1:%d', recv_spec = 'ipc://run/replies' WHERE id = 1;
                """.formatted(port, send));
        Files.createDirectories(folder.resolve("logs"));
        Files.createDirectories(folder.resolve("run"));
        Path said = folder.resolve("said");
        Process mongrel2 = new ProcessBuilder("mongrel2", "config.sqlite", "demo")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try (ZContext context = new ZContext();
                ZMQ.Socket worker = context.createSocket(SocketType.PULL)) {
            worker.setReceiveTimeOut(WAIT_MILLIS);
            // The library now and then forgets a connection that it has made (its issue 1022), and tries again only
            // after this.
            worker.setHandshakeIvl(500);
            worker.connect("tcp://127.0.0.1:" + send);
            try (Socket client = connect(port, mongrel2)) {
                client.getOutputStream()
                        .write("GET /there HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                byte[] request = worker.recv();
                assertTrue(request != null, () -> "no request came; mongrel2 said: " + text(said));
                assertEquals("hello 1 /there ", new String(request, StandardCharsets.UTF_8).substring(0, 15));
            }
        } finally {
            mongrel2.destroyForcibly();
            assertTrue(mongrel2.waitFor(WAIT_MILLIS, TimeUnit.MILLISECONDS));
        }
    }

    private static Socket connect(int port, Process server) throws IOException {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(WAIT_MILLIS);
        while (true) {
            try {
                return new Socket(InetAddress.getLoopbackAddress(), port);
            } catch (IOException e) {
                if (!server.isAlive() || System.nanoTime() - until > 0) {
                    throw e;
                }
                Thread.onSpinWait();
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
