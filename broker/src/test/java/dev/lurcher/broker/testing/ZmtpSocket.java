package dev.lurcher.broker.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** A ZMTP 3.0 peer on a plain blocking socket: does exactly what it is told, at once, and nothing else. */
public final class ZmtpSocket implements AutoCloseable {
    private static final int GREETING_BYTES = 64;
    private static final int MOST_WAIT_MILLIS = 10_000;

    private final Socket socket;
    private final DataInputStream in;

    /** Connects and completes the handshake. */
    public ZmtpSocket(String endpoint, String type) {
        URI address = URI.create(endpoint);
        try {
            socket = new Socket(address.getHost(), address.getPort());
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(MOST_WAIT_MILLIS);
            in = new DataInputStream(socket.getInputStream());
            socket.getOutputStream().write(greeting());
            in.readFully(new byte[GREETING_BYTES]);
            send(4, ready(type));
            readFrame();
        } catch (IOException e) {
            throw new AssertionError("no handshake with " + endpoint, e);
        }
    }

    private static byte[] greeting() {
        byte[] greeting = new byte[GREETING_BYTES];
        greeting[0] = (byte) 0xff;
        greeting[9] = 0x7f;
        greeting[10] = 3;
        System.arraycopy("NULL".getBytes(ISO_8859_1), 0, greeting, 12, 4);
        return greeting;
    }

    private static byte[] ready(String type) {
        ByteArrayOutputStream ready = new ByteArrayOutputStream();
        ready.writeBytes("\u0005READY\u000bSocket-Type\0\0\0".getBytes(ISO_8859_1));
        ready.write(type.length());
        ready.writeBytes(type.getBytes(ISO_8859_1));
        return ready.toByteArray();
    }

    /** Sends one frame. */
    public void send(int flags, byte[] content) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream(content.length + 9);
        if (content.length < 256) {
            frame.write(flags);
            frame.write(content.length);
        } else {
            frame.write(flags | 2);
            frame.writeBytes(
                    java.nio.ByteBuffer.allocate(8).putLong(content.length).array());
        }
        frame.writeBytes(content);
        socket.getOutputStream().write(frame.toByteArray());
    }

    /** The next frame's content. */
    public byte[] readFrame() throws IOException {
        int flags = in.readUnsignedByte();
        int length = (flags & 2) != 0 ? (int) in.readLong() : in.readUnsignedByte();
        byte[] content = new byte[length];
        in.readFully(content);
        return content;
    }

    /** As {@link #readFrame}; null when none begins in time. */
    public byte @Nullable [] readFrame(int millis) throws IOException {
        socket.setSoTimeout(millis);
        try {
            return readFrame();
        } catch (SocketTimeoutException nothing) {
            return null;
        } finally {
            socket.setSoTimeout(MOST_WAIT_MILLIS);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
