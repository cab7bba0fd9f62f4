package dev.lurcher.broker.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;

/** A client that sends any bytes. Reads wait at most ten seconds. */
public final class RawClient implements AutoCloseable {
    private static final int MOST_WAIT_MILLIS = 10_000;

    private final Socket socket;
    private final InputStream in;

    public RawClient(InetSocketAddress server) throws IOException {
        this(connected(server));
    }

    /** The other end of a connection that was accepted, or one that speaks TLS. */
    public RawClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(MOST_WAIT_MILLIS);
        socket.setTcpNoDelay(true);
        in = socket.getInputStream();
    }

    private static Socket connected(InetSocketAddress server) throws IOException {
        Socket socket = new Socket();
        socket.connect(server, MOST_WAIT_MILLIS);
        return socket;
    }

    public RawClient send(String text) throws IOException {
        return send(text.getBytes(ISO_8859_1));
    }

    public RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** Sends a GET without further fields. */
    public RawClient get(String path) throws IOException {
        return send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }

    /** Closes the sending side. */
    public RawClient endOutput() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Closes the connection with a reset. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** One answer with Content-Length, head and content together. */
    public String answer() throws IOException {
        String head = head();
        int length = 0;
        for (String line : head.split("\r\n")) {
            if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(
                        line.substring("content-length:".length()).strip());
            }
        }
        return head + exactly(length);
    }

    /** Bytes up to and with the first empty line. */
    public String head() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int newlines = 0;
        while (newlines < 2) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("the connection ended after: " + head.toString(ISO_8859_1));
            }
            head.write(b);
            newlines = b == '\n' ? newlines + 1 : b == '\r' ? newlines : 0;
        }
        return head.toString(ISO_8859_1);
    }

    public String exactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new IOException("the connection ended after: " + new String(bytes, ISO_8859_1));
        }
        return new String(bytes, ISO_8859_1);
    }

    /** Everything until the server ends the connection; a reset counts as an end. */
    public String untilEnd() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            in.transferTo(all);
        } catch (java.net.SocketException reset) {
            all.writeBytes("[reset]".getBytes(ISO_8859_1));
        }
        return all.toString(ISO_8859_1);
    }

    /** Whether nothing comes for a moment. */
    public boolean hearsNothing(int millis) throws IOException {
        socket.setSoTimeout(millis);
        try {
            in.read();
            return false;
        } catch (SocketTimeoutException nothing) {
            return true;
        } finally {
            socket.setSoTimeout(MOST_WAIT_MILLIS);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
