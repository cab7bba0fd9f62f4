package dev.lurcher.worker.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.lurcher.worker.Endpoints;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;
import org.zeromq.ZEvent;
import org.zeromq.ZMQ;
import org.zeromq.ZMonitor;

/**
 * A broker as far as a classic worker can tell: PUSH and SUB, bound.
 *
 * <p>This library's PUSH hands messages to connections that have not even greeted, and loses them with these; brokers do
 * not. So requests are held back until the worker's greeting has come.
 */
public final class FakeBroker implements PlayedBroker {
    private final ZMQ.Context context = ZMQ.context(1);
    private final ZMQ.Socket push = context.socket(SocketType.PUSH);
    private final ZMQ.Socket sub = context.socket(SocketType.SUB);
    private final String sender;
    private volatile boolean greeted;

    /** On free ports, subscribed to everything. */
    public FakeBroker(String sender) {
        this(sender, 0, 0);
        subscribe("");
    }

    /** On given ports (0: free ones), not subscribed yet. */
    public FakeBroker(String sender, int sendPort, int recvPort) {
        this.sender = sender;
        push.setLinger(0);
        sub.setLinger(0);
        push.setHWM(0);
        sub.setHWM(0);
        push.setEventHook(this::onEvent, ZMQ.EVENT_ALL);
        bind(push, sendPort);
        bind(sub, recvPort);
    }

    public void subscribe(String prefix) {
        sub.subscribe(prefix.getBytes(ISO_8859_1));
    }

    public int sendPort() {
        return port(push);
    }

    public int recvPort() {
        return port(sub);
    }

    @Override
    public String sender() {
        return sender;
    }

    @Override
    public Endpoints endpoints() {
        return new Endpoints("tcp://127.0.0.1:" + sendPort(), "tcp://127.0.0.1:" + recvPort(), sender);
    }

    @Override
    public void raw(String frame) {
        byte[] bytes = frame.getBytes(ISO_8859_1);
        if (offer(bytes)) {
            return;
        }
        long end = System.nanoTime() + DEADLINE.toNanos();
        try (ZMQ.Poller room = context.poller(1)) {
            room.register(sub, ZMQ.Poller.POLLIN);
            while (!offer(bytes)) {
                if (System.nanoTime() - end > 0) {
                    throw new AssertionError("no worker took the request in time");
                }
                turn();
                room.poll(10);
            }
        }
    }

    /** Lets the library see to new peers: it does so only while its sockets are used. */
    public void turn() {
        sub.getEvents();
        push.getEvents();
    }

    /** Hands out a request if a worker is connected now. */
    public boolean offer(long id, String path) {
        String headers = "{\"METHOD\":\"GET\"}";
        String frame = sender + " " + id + " " + path + " " + headers.length() + ":" + headers + ",0:,";
        return offer(frame.getBytes(ISO_8859_1));
    }

    private boolean offer(byte[] frame) {
        return greeted && push.send(frame, ZMQ.DONTWAIT);
    }

    private void onEvent(ZEvent event) {
        if (event.getEvent() == ZMonitor.Event.HANDSHAKE_PROTOCOL) {
            greeted = true;
        } else if (event.getEvent() == ZMonitor.Event.DISCONNECTED) {
            greeted = false;
        }
    }

    @Override
    public String reply() {
        String reply = reply(DEADLINE);
        if (reply == null) {
            throw new AssertionError("no reply in time");
        }
        return reply;
    }

    @Nullable
    public String reply(Duration wait) {
        sub.setReceiveTimeOut((int) wait.toMillis());
        byte[] frame = sub.recv();
        return frame == null ? null : new String(frame, ISO_8859_1);
    }

    @Override
    public void close() {
        push.close();
        sub.close();
        context.close();
    }

    private static void bind(ZMQ.Socket socket, int port) {
        socket.bind("tcp://127.0.0.1:" + (port == 0 ? "*" : Integer.toString(port)));
    }

    private static int port(ZMQ.Socket socket) {
        String endpoint = socket.getLastEndpoint();
        return Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
    }
}
