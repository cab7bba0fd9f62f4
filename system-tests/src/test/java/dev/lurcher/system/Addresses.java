package dev.lurcher.system;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Addresses on loopback, for servers that cannot choose a port by themselves. */
final class Addresses {
    private Addresses() {}

    /** A port on which nobody listens. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Where a server listens that was told to take the port. */
    static InetSocketAddress of(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** Waits until somebody listens. Fails when nobody does. */
    static void awaitListener(InetSocketAddress address) {
        long until = System.nanoTime() + Lines.DEADLINE.toNanos();
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(address);
                return;
            } catch (IOException e) {
                if (System.nanoTime() - until > 0) {
                    throw new AssertionError("nobody listens on " + address, e);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
        }
    }
}
