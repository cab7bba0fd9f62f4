package dev.lurcher.broker.zmtp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** TCP connections that send whatever a test wants. */
final class RawPeers implements AutoCloseable {
    private final Endpoint.Tcp endpoint;
    private final List<Socket> sockets = new ArrayList<>();

    RawPeers(Endpoint endpoint) {
        this.endpoint = (Endpoint.Tcp) endpoint;
    }

    /** Connects and sends; the connection stays open. */
    Socket send(byte[]... parts) {
        try {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), endpoint.port());
            socket.setSoTimeout((int) Await.DEADLINE_SECONDS * 1000);
            sockets.add(socket);
            socket.getOutputStream().write(Bytes.of(parts));
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Connects, says what a fitting peer says, and reads until the handshake is complete. */
    Socket ready(SocketType type) {
        Socket socket = send(Bytes.greeting(1), Bytes.ready("Socket-Type", type.name()));
        try {
            InputStream in = socket.getInputStream();
            in.skipNBytes(65);
            in.skipNBytes(in.read());
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Connects and does the handshake of CURVE; answers the command that ended it. */
    String shake(CurvePeer peer, String socketType) {
        return peer.shake(send(), socketType);
    }

    /** Reads until the other side ends the connection, and answers how. */
    static String end(Socket socket) {
        try {
            socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
            return "closed";
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("the connection is still open", e);
        } catch (IOException e) {
            return "reset";
        }
    }

    @Override
    public void close() {
        for (Socket socket : sockets) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
