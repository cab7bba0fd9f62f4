package dev.lurcher.worker.testing;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A TCP connection's way that can be cut, and that a new connection finds whole again. */
public final class Cable implements AutoCloseable {
    private final ServerSocket server;
    private final int target;
    private final List<Closeable> ends = new CopyOnWriteArrayList<>();

    /** Leads from a free port of this machine to another. */
    public Cable(int target) throws IOException {
        this.target = target;
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Cuts all connections. */
    public void cut() {
        ends.forEach(Cable::closeQuietly);
        ends.clear();
    }

    @Override
    public void close() {
        closeQuietly(server);
        cut();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket near = server.accept();
                Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
                ends.add(near);
                ends.add(far);
                start(() -> carry(near, far));
                start(() -> carry(far, near));
            } catch (IOException e) {
                // Closed, or nobody listens at the other end: the next one may be luckier.
            }
        }
    }

    private static void carry(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // Cut.
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "test-cable");
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeQuietly(Closeable end) {
        try {
            end.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
