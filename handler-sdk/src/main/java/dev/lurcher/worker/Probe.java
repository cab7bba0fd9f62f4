package dev.lurcher.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks what listens at an endpoint whether it takes DEALER sockets: ZMTP 3.0 as far as the peer's READY (RFC 23/ZMTP), and no
 * further. The library does not tell why a peer turned it away, and one that is just ending does so as well.
 *
 * <pre>
 * greeting of a version before 3   -> refuses: the brokers that take them are younger
 * READY of a PUSH socket           -> refuses: Mongrel2, which says so of its own accord
 * ERROR, after our READY           -> refuses
 * anything else, silence, the end  -> may take them
 * </pre>
 *
 * <p>Runs in a thread of its own, which ends within {@value #MOST_MILLIS} ms or little more.
 */
final class Probe {
    private static final Logger LOG = LoggerFactory.getLogger(Probe.class);
    private static final int MOST_MILLIS = 2000;
    /** Brokers that take several types say theirs only after the peer's. */
    private static final int UNASKED_MILLIS = 500;

    private static final int GREETING_BYTES = 64;
    private static final int FIRST_BYTES = 11;
    private static final int COMMAND = 0x04;
    private static final int MOST_COMMAND_BYTES = 255;

    private enum Answer {
        REFUSES,
        MAY_TAKE
    }

    private volatile boolean done;
    private volatile Answer answer = Answer.MAY_TAKE;

    private Probe() {}

    /**
     * Begins to ask.
     *
     * @param endpoint {@code tcp://host:port}
     * @param onDone called by the probe's thread at the end
     */
    static Probe start(String endpoint, Runnable onDone) {
        Probe probe = new Probe();
        Thread thread = new Thread(() -> probe.run(endpoint, onDone), "worker-probe");
        thread.setDaemon(true);
        thread.start();
        return probe;
    }

    boolean isDone() {
        return done;
    }

    /** Whether it is certain that no DEALER socket will be served there. */
    boolean refusesDealers() {
        return answer == Answer.REFUSES;
    }

    private void run(String endpoint, Runnable onDone) {
        URI uri = URI.create(endpoint);
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()), MOST_MILLIS);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(MOST_MILLIS);
            answer = ask(socket);
        } catch (IOException e) {
            LOG.debug("No answer from {}", endpoint, e);
        } finally {
            done = true;
            onDone.run();
        }
    }

    private static Answer ask(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        OutputStream out = socket.getOutputStream();
        out.write(greeting());
        byte[] first = in.readNBytes(FIRST_BYTES);
        if (first.length < FIRST_BYTES) {
            return Answer.MAY_TAKE;
        }
        if (first[0] != (byte) 0xff || first[FIRST_BYTES - 1] < 3) {
            return Answer.REFUSES;
        }
        in.readFully(new byte[GREETING_BYTES - FIRST_BYTES]);
        socket.setSoTimeout(UNASKED_MILLIS);
        try {
            return understand(command(in));
        } catch (SocketTimeoutException e) {
            socket.setSoTimeout(MOST_MILLIS);
            out.write(ready());
            return understand(command(in));
        }
    }

    private static Answer understand(String command) {
        if (command.startsWith("\5ERROR")) {
            return Answer.REFUSES;
        }
        boolean pushes = command.startsWith("\5READY") && command.contains("\13Socket-Type\0\0\0\4PUSH");
        return pushes ? Answer.REFUSES : Answer.MAY_TAKE;
    }

    /** The next frame, which must be a short command; octets as chars 0..255. */
    private static String command(DataInputStream in) throws IOException {
        int flags = in.readUnsignedByte();
        int length = in.readUnsignedByte();
        if (flags != COMMAND) {
            throw new IOException("a command of at most " + MOST_COMMAND_BYTES + " bytes was expected");
        }
        byte[] body = new byte[length];
        in.readFully(body);
        return new String(body, ISO_8859_1);
    }

    private static byte[] greeting() {
        byte[] greeting = new byte[GREETING_BYTES];
        greeting[0] = (byte) 0xff;
        greeting[9] = 0x7f;
        greeting[10] = 3;
        byte[] mechanism = "NULL".getBytes(ISO_8859_1);
        System.arraycopy(mechanism, 0, greeting, 12, mechanism.length);
        return greeting;
    }

    private static byte[] ready() {
        byte[] body = "\5READY\13Socket-Type\0\0\0\6DEALER\10Identity\0\0\0\0".getBytes(ISO_8859_1);
        return ByteBuffer.allocate(2 + body.length)
                .put((byte) COMMAND)
                .put((byte) body.length)
                .put(body)
                .array();
    }
}
