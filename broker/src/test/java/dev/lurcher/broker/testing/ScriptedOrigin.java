package dev.lurcher.broker.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** An upstream HTTP server of the loopback that does what the test says, with any bytes. */
public final class ScriptedOrigin implements AutoCloseable {
    private static final int MOST_WAIT_MILLIS = 10_000;

    private final ServerSocket listening;
    private final List<RawClient> accepted = new CopyOnWriteArrayList<>();

    public ScriptedOrigin() throws IOException {
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        listening.setSoTimeout(MOST_WAIT_MILLIS);
    }

    public int port() {
        return listening.getLocalPort();
    }

    /** The next connection; waits for it. What is read from it is what the broker sends. */
    public RawClient accept() throws IOException {
        RawClient connection = new RawClient(listening.accept());
        accepted.add(connection);
        return connection;
    }

    /** Whether nobody connects for a moment. */
    public boolean hearsNothing(int millis) throws IOException {
        listening.setSoTimeout(millis);
        try (Socket unwanted = listening.accept()) {
            return !unwanted.isConnected();
        } catch (java.net.SocketTimeoutException nobody) {
            return true;
        } finally {
            listening.setSoTimeout(MOST_WAIT_MILLIS);
        }
    }

    /** Connections so far. */
    public int connections() {
        return accepted.size();
    }

    /**
     * From now on every request without content is answered by what a function makes of its head: bytes as ISO-8859-1, and
     * the connection is closed after them where they begin with {@code !}.
     */
    public ScriptedOrigin serve(UnaryOperator<String> answers) {
        Thread.ofVirtual().start(() -> {
            while (!listening.isClosed()) {
                try {
                    listening.setSoTimeout(0);
                    RawClient connection = accept();
                    Thread.ofVirtual().start(() -> serve(connection, answers));
                } catch (IOException e) {
                    return;
                }
            }
        });
        return this;
    }

    private static void serve(RawClient connection, UnaryOperator<String> answers) {
        try (connection) {
            for (String answer = ""; !answer.startsWith("!"); ) {
                answer = answers.apply(connection.head());
                connection.send(answer.startsWith("!") ? answer.substring(1) : answer);
            }
        } catch (IOException e) {
            // The broker has closed it.
        }
    }

    /** An answer with Content-Length. */
    public static String ok(String content) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + content.length() + "\r\n\r\n" + content;
    }

    @Override
    public void close() {
        try {
            listening.close();
            for (RawClient connection : accepted) {
                connection.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
