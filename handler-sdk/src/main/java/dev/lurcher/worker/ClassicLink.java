package dev.lurcher.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.lurcher.protocol.RequestMessage;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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
    private static final Logger LOG = LoggerFactory.getLogger(ClassicLink.class);
    private static final long FIRST_COMPLAINT_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long NEXT_COMPLAINT_NANOS = TimeUnit.SECONDS.toNanos(30);
    /** What has come already is still given out when the worker stops, for at most this long. */
    private static final long LAST_ROUND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final int MOST_BACKLOG = 1000;

    private final Endpoints endpoints;
    private final MessageReader reader;
    private final Connector connector;
    private final Connection connection;
    private final Runnable wake;
    private final WorkerListener listener;
    private final Queue<byte[]> waiting = new ArrayDeque<>();
    /** What came among the parts of an upload while no request was wanted. */
    private final Queue<Request> backlog = new ArrayDeque<>();

    private ZMQ.Socket replies;
    private Watch repliesWatch = new Watch();
    private ZMQ.@Nullable Socket requests;
    private Watch requestsWatch = new Watch();
    private boolean subscribed;
    private boolean lost;
    private boolean changed;
    /** Parts of uploads are awaited, whether requests are wanted or not. */
    private boolean reading;

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
        this.listener = place.way().crew().listener();
        replies = openReplies();
        complainAtNanos = System.nanoTime() + FIRST_COMPLAINT_NANOS;
        changed = true;
    }

    @Override
    public @Nullable Request take(boolean wanted) {
        if (wanted && !backlog.isEmpty()) {
            return backlog.remove();
        }
        boolean reads = wanted || (connection.hasUploads() && backlog.size() < MOST_BACKLOG);
        if (!reads || requests == null || isDrained()) {
            return null;
        }
        byte[] frame = requests.recv(ZMQ.DONTWAIT);
        while (frame != null) {
            Request request = read(frame);
            if (request != null && wanted) {
                return request;
            }
            if (request != null) {
                backlog.add(request);
            }
            frame = requests.recv(ZMQ.DONTWAIT);
        }
        if (draining && wanted) {
            empty = true;
            wake.run();
        }
        return null;
    }

    private @Nullable Request read(byte[] frame) {
        RequestMessage message = reader.read(frame);
        if (message == null) {
            return null;
        }
        if (message.isDisconnect()) {
            connection.gone(message.connectionId());
            return new Request(message, connection);
        }
        return connection.take(message);
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
        boolean result = changed || reading != connection.hasUploads();
        reading = connection.hasUploads();
        changed = false;
        return result;
    }

    @Override
    public void register(ZMQ.Poller poller, boolean taking) {
        poller.register(replies, ZMQ.Poller.POLLIN);
        if (requests != null && (taking || reading) && !isDrained()) {
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
    public void stop() {
        connection.stop();
    }

    @Override
    public boolean isDrained() {
        return draining && backlog.isEmpty() && (empty || requests == null || System.nanoTime() - drainedAtNanos >= 0);
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
            LOG.warn(
                    "The broker at {} takes only replies that begin with \"{}\" (its recv_ident); those of this worker"
                            + " begin with \"{} \" and will be lost. Make recv_ident empty or equal to send_ident.",
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
            LOG.info("Takes requests of {}, replies to {}.", endpoints.sendSpec(), endpoints.recvSpec());
            listener.onConnected(endpoints);
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
            LOG.warn("The host of {} has no address. Trying on.", endpoints.recvSpec());
        } else if (repliesWatch.hasConnected()) {
            LOG.warn(
                    "Something listens at {}, but does not ask for replies: is it really the handler's recv_spec{}?"
                            + " Trying on.",
                    endpoints.recvSpec(),
                    endpoints.doubt());
        } else {
            LOG.warn(
                    "Nothing listens at {}: is the broker running, and is this the handler's recv_spec? Trying on.",
                    endpoints.recvSpec());
        }
    }

    private void tellLoss() {
        boolean away = !requestsWatch.isConnected() || !repliesWatch.isConnected();
        if (away && !lost && System.nanoTime() - complainAtNanos >= 0) {
            LOG.warn("No connection to the broker at {}. Trying on.", endpoints.sendSpec());
            lost = true;
            listener.onLost(endpoints);
        } else if (!away && lost) {
            LOG.info("Connected to the broker at {} again.", endpoints.sendSpec());
            lost = false;
            listener.onConnected(endpoints);
        }
    }
}
