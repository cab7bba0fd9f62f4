package dev.lurcher.worker.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.lurcher.protocol.HeaderFormat;
import dev.lurcher.protocol.ReplyReader;
import dev.lurcher.protocol.ReplyWriter;
import dev.lurcher.protocol.RequestWriter;
import dev.lurcher.protocol.TNetString;
import dev.lurcher.protocol.WorkerControl;
import dev.lurcher.worker.Endpoints;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/**
 * A broker as far as a managed worker can tell: one ROUTER, bound, and a thread of its own. What a broker must do of itself it
 * does, unless it is told to leave that to the test: it answers {@code hello} with a welcome and {@code drain} with a drain
 * notice, and sends nothing before a worker's hello.
 */
public final class ManagedBroker implements PlayedBroker {
    public static final int WINDOW = 262_144;

    private static final byte[] NOBODY = {};
    private static final int TURN_MILLIS = 2;

    private final ZMQ.Context context = ZMQ.context(1);
    private final RequestWriter notices = new RequestWriter();
    private final ReplyReader reader = new ReplyReader(ReplyWriter.MOST_TARGETS);
    private final BlockingQueue<String> replies = new LinkedBlockingQueue<>();
    private final BlockingQueue<WorkerControl> controls = new LinkedBlockingQueue<>();
    private final Queue<byte[]> outgoing = new ConcurrentLinkedQueue<>();
    private final List<String> transcript = new ArrayList<>();
    private final String sender;
    private final boolean automatic;
    private final int port;
    private final Thread thread;
    private volatile int window = WINDOW;
    private volatile byte[] worker = NOBODY;
    private volatile boolean closed;

    /** On a free port. */
    public ManagedBroker(String sender) {
        this(sender, 0, true);
    }

    /**
     * On a given port (0: a free one).
     *
     * @param automatic whether it answers the worker's control of itself
     */
    public ManagedBroker(String sender, int port, boolean automatic) {
        this.sender = sender;
        this.automatic = automatic;
        ZMQ.Socket router = context.socket(SocketType.ROUTER);
        router.setLinger(0);
        router.setHWM(0);
        router.bind("tcp://127.0.0.1:" + (port == 0 ? "*" : Integer.toString(port)));
        String endpoint = router.getLastEndpoint();
        this.port = Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
        thread = new Thread(() -> run(router), "test-broker");
        thread.start();
    }

    /** The window in later welcomes. */
    public ManagedBroker withWindow(int bytes) {
        window = bytes;
        return this;
    }

    public int port() {
        return port;
    }

    @Override
    public String sender() {
        return sender;
    }

    @Override
    public Endpoints endpoints() {
        return endpoints(port());
    }

    /** Endpoints that lead here by another port; nobody listens at the second. */
    public Endpoints endpoints(int port) {
        return new Endpoints("tcp://127.0.0.1:" + port, "tcp://127.0.0.1:1", sender);
    }

    @Override
    public void raw(String frame) {
        outgoing.add(frame.getBytes(ISO_8859_1));
    }

    public synchronized void welcome() {
        notices.welcome(HeaderFormat.JSON, senderBytes(), "fake/1", window);
        sendNotice();
    }

    public synchronized void drain() {
        notices.drain(HeaderFormat.JSON, senderBytes());
        sendNotice();
    }

    public synchronized void credit(int id, int bytes) {
        notices.credit(HeaderFormat.JSON, senderBytes(), id, bytes);
        sendNotice();
    }

    public synchronized void disconnect(int id) {
        notices.disconnect(HeaderFormat.JSON, senderBytes(), id);
        sendNotice();
    }

    /** The next control message of a worker: hello, drain or bye. */
    public WorkerControl control() throws InterruptedException {
        WorkerControl control = controls.poll(DEADLINE.toSeconds(), TimeUnit.SECONDS);
        if (control == null) {
            throw new AssertionError("no control in time");
        }
        return control;
    }

    /** The next control message, which must be a hello. */
    public WorkerControl.Hello hello() throws InterruptedException {
        if (control() instanceof WorkerControl.Hello hello) {
            return hello;
        }
        throw new AssertionError("no hello");
    }

    @Override
    public String reply() {
        String reply = reply(DEADLINE);
        if (reply == null) {
            throw new AssertionError("no reply in time");
        }
        return reply;
    }

    /** The next reply, or null if there is none in time. */
    @Nullable
    public String reply(Duration wait) {
        try {
            return replies.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Everything that workers have sent, in order. */
    public synchronized List<String> transcript() {
        return List.copyOf(transcript);
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        context.close();
    }

    private void run(ZMQ.Socket router) {
        router.setReceiveTimeOut(TURN_MILLIS);
        while (!closed) {
            byte[] from = router.recv();
            while (from != null) {
                onFrame(from, router.recv());
                from = router.recv(ZMQ.DONTWAIT);
            }
            while (worker.length > 0 && !outgoing.isEmpty()) {
                router.sendMore(worker);
                router.send(outgoing.remove());
            }
        }
        router.close();
    }

    private synchronized void onFrame(byte[] from, byte[] frame) {
        transcript.add(new String(frame, ISO_8859_1));
        reader.read(ByteBuffer.wrap(frame));
        if (!reader.isControl()) {
            replies.add(new String(frame, ISO_8859_1));
            return;
        }
        ByteBuffer payload = ByteBuffer.wrap(frame, reader.payloadOffset(), reader.payloadLength());
        WorkerControl control = WorkerControl.read(payload, TNetString.Limits.DEFAULT);
        if (control instanceof WorkerControl.Hello) {
            worker = from;
            if (automatic) {
                // Before what the test had ready for a worker.
                List<byte[]> ready = List.copyOf(outgoing);
                outgoing.clear();
                welcome();
                outgoing.addAll(ready);
            }
        } else if (control instanceof WorkerControl.Drain && automatic) {
            drain();
        }
        controls.add(control);
    }

    private byte[] senderBytes() {
        return sender.getBytes(ISO_8859_1);
    }

    private void sendNotice() {
        outgoing.add(Arrays.copyOfRange(notices.array(), notices.start(), notices.end()));
    }
}
