package dev.lurcher.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.lurcher.protocol.RequestMessage;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/**
 * Mongrel2's way: a socket for requests, one for replies.
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
final class ClassicLink implements Link {
    private static final Logger LOG = System.getLogger(ClassicLink.class.getName());
    private static final long FIRST_COMPLAINT_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long NEXT_COMPLAINT_NANOS = TimeUnit.SECONDS.toNanos(30);
    /** What has come already is still given out when the worker stops, for at most this long. */
    private static final long LAST_ROUND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Endpoints endpoints;
    private final MessageReader reader;
    private final Connector connector;
    private final Connection connection;
    private final Runnable wake;
    private final Queue<byte[]> waiting = new ArrayDeque<>();

    private ZMQ.Socket replies;
    private Watch repliesWatch = new Watch();
    private ZMQ.@Nullable Socket requests;
    private Watch requestsWatch = new Watch();
    private boolean subscribed;
    private boolean lost;
    private boolean changed;
    private boolean draining;
    private boolean empty;
    private boolean retired;
    private boolean closed;
    private long drainedAtNanos;
    private long complainAtNanos;

    ClassicLink(Place place) {
        this.endpoints = place.endpoints();
        this.reader = place.reader();
        this.connector = new Connector(place);
        this.connection = new Connection(place.way());
        this.wake = place.way().wake();
        replies = openReplies();
        complainAtNanos = System.nanoTime() + FIRST_COMPLAINT_NANOS;
        changed = true;
    }

    @Override
    public @Nullable Request take(boolean wanted) {
        if (!wanted || requests == null || isDrained()) {
            return null;
        }
        byte[] frame = requests.recv(ZMQ.DONTWAIT);
        while (frame != null) {
            RequestMessage message = reader.read(frame);
            if (message != null) {
                if (message.isDisconnect()) {
                    connection.gone(message.connectionId());
                } else {
                    connection.came(message.connectionId());
                }
                return new Request(message, connection);
            }
            frame = requests.recv(ZMQ.DONTWAIT);
        }
        if (draining) {
            empty = true;
            wake.run();
        }
        return null;
    }

    @Override
    public void send(byte[] frame) {
        if (subscribed) {
            replies.send(frame);
        } else {
            waiting.add(frame);
        }
    }

    @Override
    public boolean changed() {
        boolean result = changed;
        changed = false;
        return result;
    }

    @Override
    public void register(ZMQ.Poller poller, boolean taking) {
        poller.register(replies, ZMQ.Poller.POLLIN);
        if (requests != null && taking && !isDrained()) {
            poller.register(requests, ZMQ.Poller.POLLIN);
        }
    }

    @Override
    public Link tend() {
        byte[] message = replies.recv(ZMQ.DONTWAIT);
        while (message != null) {
            if (message.length > 0 && message[0] == 1) {
                onSubscription(new String(message, 1, message.length - 1, ISO_8859_1));
            }
            message = replies.recv(ZMQ.DONTWAIT);
        }
        reopen();
        if (isDrained() && !retired) {
            retired = true;
            changed = true;
        }
        if (requests == null) {
            complain();
        } else {
            tellLoss();
        }
        return this;
    }

    /** This protocol has no way to ask for it: what comes while the socket closes is lost. */
    @Override
    public void drain() {
        if (!draining) {
            draining = true;
            drainedAtNanos = System.nanoTime() + LAST_ROUND_NANOS;
        }
    }

    @Override
    public boolean isDrained() {
        return draining && (empty || requests == null || System.nanoTime() - drainedAtNanos >= 0);
    }

    @Override
    public boolean isIdle() {
        return connection.isIdle();
    }

    @Override
    public void close(int lingerMillis) {
        if (closed) {
            return;
        }
        closed = true;
        connection.end("the worker is closed");
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

    private ZMQ.Socket openReplies() {
        return connector.open(
                SocketType.XPUB, endpoints.recvSpec(), repliesWatch, socket -> socket.setXpubVerbose(true));
    }

    private void openRequests() {
        requestsWatch = new Watch();
        requests = connector.open(SocketType.PULL, endpoints.sendSpec(), requestsWatch, socket -> {});
        complainAtNanos = System.nanoTime() + FIRST_COMPLAINT_NANOS;
        changed = true;
    }

    private void reopen() {
        if (repliesWatch.isIgnored() || requestsWatch.isIgnored()) {
            connector.bePatient();
        }
        if (repliesWatch.hasGivenUp() || repliesWatch.isIgnored()) {
            replies.setLinger(0);
            replies.close();
            subscribed = false;
            repliesWatch = new Watch();
            replies = openReplies();
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
                    "Something listens at {0}, but does not ask for replies: is it really the handler''s recv_spec{1}? Trying on.",
                    endpoints.recvSpec(),
                    endpoints.doubt());
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
}
