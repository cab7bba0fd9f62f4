package dev.lurcher.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

/**
 * The two sockets of one broker. Belongs to one thread.
 *
 * <pre>
 * SUBSCRIBING --the broker's subscription has come--> TAKING
 *      ^                                                |
 *      +-------the library gave up on the reply socket--+
 * </pre>
 *
 * <p>Requests are taken only after the broker's subscription has come: a publishing socket drops what nobody subscribed to.
 * Nothing is dropped later: the queue has no bound, and it is kept while the broker is away.
 */
final class BrokerLink {
    private static final Logger LOG = System.getLogger(BrokerLink.class.getName());
    private static final long FIRST_COMPLAINT_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long NEXT_COMPLAINT_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final int RECONNECT_LEAST_MILLIS = 100;
    private static final int RECONNECT_MOST_MILLIS = 5000;
    /**
     * The library now and then connects and then forgets the connection (its issue 1022, some per cent on a busy machine):
     * only the end of this time saves it. A network or broker that needs longer gets longer, after some failures.
     */
    private static final int HANDSHAKE_LEAST_MILLIS = 500;

    private static final int HANDSHAKE_MOST_MILLIS = 30_000;
    private static final int HEARTBEAT_MILLIS = 5000;
    private static final int HEARTBEAT_TIMEOUT_MILLIS = 15000;

    private final ZMQ.Context context;
    private final Endpoints endpoints;
    private final Queue<byte[]> waiting = new ArrayDeque<>();

    private ZMQ.Socket replies;
    private Watch repliesWatch = new Watch();
    private ZMQ.@Nullable Socket requests;
    private Watch requestsWatch = new Watch();
    private boolean subscribed;
    private boolean lost;
    private boolean changed;
    private int handshakeMillis = HANDSHAKE_LEAST_MILLIS;
    private long complainAtNanos;

    BrokerLink(ZMQ.Context context, Endpoints endpoints) {
        this.context = context;
        this.endpoints = endpoints;
        replies = open(SocketType.XPUB, endpoints.recvSpec(), repliesWatch);
        complainAtNanos = System.nanoTime() + FIRST_COMPLAINT_NANOS;
        changed = true;
    }

    /** A request that has come, or null. */
    byte @Nullable [] take() {
        return requests == null ? null : requests.recv(ZMQ.DONTWAIT);
    }

    void send(byte[] frame) {
        if (subscribed) {
            replies.send(frame);
        } else {
            waiting.add(frame);
        }
    }

    /** Whether sockets were made since the last call: they have to be registered for polling. */
    boolean changed() {
        boolean result = changed;
        changed = false;
        return result;
    }

    /** Registers what can wake the owner. */
    void register(ZMQ.Poller poller, boolean taking) {
        poller.register(replies, ZMQ.Poller.POLLIN);
        if (requests != null && taking) {
            poller.register(requests, ZMQ.Poller.POLLIN);
        }
    }

    /** Looks after the sockets: to be called when the poller woke, and once a second. */
    void tend() {
        byte[] message = replies.recv(ZMQ.DONTWAIT);
        while (message != null) {
            if (message.length > 0 && message[0] == 1) {
                onSubscription(new String(message, 1, message.length - 1, ISO_8859_1));
            }
            message = replies.recv(ZMQ.DONTWAIT);
        }
        reopen();
        if (requests == null) {
            complain();
        } else {
            tellLoss();
        }
    }

    /** Closes both sockets; replies still on their way have {@code lingerMillis} to get there. */
    void close(int lingerMillis) {
        replies.setLinger(lingerMillis);
        replies.close();
        if (requests != null) {
            requests.setLinger(0);
            requests.close();
        }
    }

    private void onSubscription(String prefix) {
        if (!(endpoints.sender() + " ").startsWith(prefix)) {
            LOG.log(
                    Level.WARNING,
                    "The broker at {0} takes only replies that begin with \"{1}\" (its recv_ident); those of this worker begin"
                            + " with \"{2} \" and will be lost. Make recv_ident empty or equal to send_ident.",
                    endpoints.recvSpec(),
                    prefix,
                    endpoints.sender());
        }
        subscribed = true;
        while (!waiting.isEmpty()) {
            replies.send(waiting.remove());
        }
        if (requests == null) {
            openRequests();
            LOG.log(Level.INFO, "Takes requests of {0}, replies to {1}.", endpoints.sendSpec(), endpoints.recvSpec());
        }
    }

    private void openRequests() {
        requestsWatch = new Watch();
        requests = open(SocketType.PULL, endpoints.sendSpec(), requestsWatch);
        complainAtNanos = System.nanoTime() + FIRST_COMPLAINT_NANOS;
        changed = true;
    }

    private void reopen() {
        if (repliesWatch.isIgnored() || requestsWatch.isIgnored()) {
            handshakeMillis = Math.min(handshakeMillis * 4, HANDSHAKE_MOST_MILLIS);
        }
        if (repliesWatch.hasGivenUp() || repliesWatch.isIgnored()) {
            replies.setLinger(0);
            replies.close();
            subscribed = false;
            repliesWatch = new Watch();
            replies = open(SocketType.XPUB, endpoints.recvSpec(), repliesWatch);
            changed = true;
        }
        if (requests != null && (requestsWatch.hasGivenUp() || requestsWatch.isIgnored())) {
            requests.close();
            openRequests();
        }
    }

    private void complain() {
        if (System.nanoTime() - complainAtNanos < 0) {
            return;
        }
        complainAtNanos = System.nanoTime() + NEXT_COMPLAINT_NANOS;
        if (repliesWatch.hasNoAddress()) {
            LOG.log(Level.WARNING, "The host of {0} has no address. Trying on.", endpoints.recvSpec());
        } else if (repliesWatch.hasConnected()) {
            LOG.log(
                    Level.WARNING,
                    "Something listens at {0}, but does not ask for replies: is it really the handler''s recv_spec? Trying on.",
                    endpoints.recvSpec());
        } else {
            LOG.log(
                    Level.WARNING,
                    "Nothing listens at {0}: is the broker running, and is this the handler''s recv_spec? Trying on.",
                    endpoints.recvSpec());
        }
    }

    private void tellLoss() {
        boolean away = !requestsWatch.isConnected() || !repliesWatch.isConnected();
        if (away && !lost && System.nanoTime() - complainAtNanos >= 0) {
            LOG.log(Level.WARNING, "No connection to the broker at {0}. Trying on.", endpoints.sendSpec());
            lost = true;
        } else if (!away && lost) {
            LOG.log(Level.INFO, "Connected to the broker at {0} again.", endpoints.sendSpec());
            lost = false;
        }
    }

    private ZMQ.Socket open(SocketType type, String endpoint, Watch watch) {
        ZMQ.Socket socket = context.socket(type);
        socket.setEventHook(watch, ZMQ.EVENT_ALL);
        socket.setIPv6(endpoint.startsWith("tcp://["));
        socket.setReconnectIVL(RECONNECT_LEAST_MILLIS);
        socket.setReconnectIVLMax(RECONNECT_MOST_MILLIS);
        socket.setHandshakeIvl(handshakeMillis);
        socket.setHeartbeatIvl(HEARTBEAT_MILLIS);
        socket.setHeartbeatTimeout(HEARTBEAT_TIMEOUT_MILLIS);
        socket.setHeartbeatTtl(HEARTBEAT_TIMEOUT_MILLIS);
        socket.setSndHWM(0);
        if (type == SocketType.XPUB) {
            socket.setXpubVerbose(true);
        }
        if (!connects(socket, endpoint)) {
            socket.setIPv6(true);
            if (!connects(socket, endpoint)) {
                watch.onNoAddress();
            }
        }
        return socket;
    }

    /** False if the host has no address of the kind wanted; the library looks it up again only where it was found once. */
    private static boolean connects(ZMQ.Socket socket, String endpoint) {
        try {
            return socket.connect(endpoint);
        } catch (ZMQException e) {
            return false;
        }
    }
}
