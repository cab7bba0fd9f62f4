package dev.lurcher.worker;

import dev.lurcher.protocol.Notice;
import dev.lurcher.protocol.ReplyWriter;
import dev.lurcher.protocol.RequestMessage;
import dev.lurcher.protocol.WorkerControl;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/**
 * One socket for both ways, and a broker that knows this worker: it says hello and welcome, leave is taken on both sides, and
 * answers are paced.
 *
 * <pre>
 *            +--turned away, asked why: by a broker that takes no such sockets--> {@link ClassicLink}
 *            |
 * GREETING --+--welcome--> TAKING --drain, asked for or not--> DRAINED --all answered--> bye
 *     ^                      |
 *     +------ lost ----------+
 * </pre>
 *
 * <p>The library connects again by itself, and says hello each time before all else; that a connection has ended it tells
 * among the messages, so that each request is known to belong to this connection or an earlier one. What belongs to an earlier
 * one is not answered: the broker has given it to somebody else.
 *
 * <p>The socket is read whether requests are wanted or not, so that notices get through; the broker bounds what waits here.
 */
final class ManagedLink implements Link {
    private static final Logger LOG = LoggerFactory.getLogger(ManagedLink.class);
    private static final long FIRST_COMPLAINT_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long NEXT_COMPLAINT_NANOS = TimeUnit.SECONDS.toNanos(30);
    /** Between sockets that did not get as far as a welcome. */
    private static final long REOPEN_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** A broker that says nothing for so long has not understood. */
    private static final long WELCOME_NANOS = TimeUnit.SECONDS.toNanos(15);

    private static final int MOST_AT_ONCE = 64;
    /** What the library puts among the messages where a connection ended; no message is like it. */
    private static final byte[] LOST = {0};

    private final Place place;
    private final Endpoints endpoints;
    private final Connector connector;
    private final byte[] hello;
    private final Queue<Request> backlog = new ArrayDeque<>();
    /** Before the broker was met for the first time, for it may turn out to be Mongrel2; and while there is no way to it. */
    private final Queue<byte[]> waiting = new ArrayDeque<>();

    private ZMQ.Socket socket;
    private Watch watch;
    private Connection connection;
    private @Nullable Probe probe;
    private boolean welcomed;
    private boolean everWelcomed;
    private boolean tellReturn;
    private boolean asked;
    private boolean drained;
    private boolean closed;
    private boolean changed;
    private boolean turnedAway;
    private boolean somebodyListens;
    private long openedAtNanos;
    private long complainAtNanos;

    ManagedLink(Place place, WorkerControl.Hello hello) {
        this.place = place;
        this.endpoints = place.endpoints();
        this.connector = new Connector(place);
        this.hello = ReplyWriter.control(endpoints.sender(), hello);
        this.connection = new Connection(place.way());
        this.watch = new Watch(place.alarm());
        this.socket = open();
        complainAtNanos = System.nanoTime() + FIRST_COMPLAINT_NANOS;
    }

    @Override
    public @Nullable Request take(boolean requests) {
        readAll();
        Request head = backlog.peek();
        return head != null && (requests || head.isNotice()) ? backlog.remove() : null;
    }

    @Override
    public void send(byte[] frame) {
        if (!closed && !(everWelcomed && waiting.isEmpty() && socket.send(frame, ZMQ.DONTWAIT))) {
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
        if (!closed) {
            poller.register(socket, ZMQ.Poller.POLLIN);
        }
    }

    @Override
    public Link tend() {
        if (closed || welcomed) {
            return this;
        }
        if (refused()) {
            return classic();
        }
        reopen();
        complain();
        return this;
    }

    @Override
    public void drain() {
        if (!asked) {
            readAll();
        }
        if (asked) {
            return;
        }
        asked = true;
        if (welcomed) {
            control(new WorkerControl.Drain());
        } else {
            drained = true;
            close(0);
        }
    }

    @Override
    public void stop() {
        connection.stop();
    }

    @Override
    public boolean isDrained() {
        return drained && backlog.isEmpty();
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
        changed = true;
        connection.end("the worker is closed");
        if (welcomed) {
            control(new WorkerControl.Bye());
        }
        socket.setLinger(welcomed ? lingerMillis : 0);
        socket.close();
    }

    private void control(WorkerControl control) {
        socket.send(ReplyWriter.control(endpoints.sender(), control), ZMQ.DONTWAIT);
    }

    private void readAll() {
        for (int i = 0; i < MOST_AT_ONCE && !closed; i++) {
            byte[] frame = socket.recv(ZMQ.DONTWAIT);
            if (frame == null) {
                return;
            }
            if (Arrays.equals(frame, LOST)) {
                onLost();
            } else {
                RequestMessage message = place.reader().read(frame);
                if (message != null) {
                    onMessage(message);
                }
            }
        }
    }

    private void onMessage(RequestMessage message) {
        Notice notice = message.notice();
        if (notice == null) {
            Request request = connection.take(message);
            if (request != null) {
                backlog.add(request);
            }
        } else if (notice instanceof Notice.Disconnect) {
            connection.gone(message.connectionId());
            backlog.add(new Request(message, connection));
        } else if (notice instanceof Notice.Credit credit) {
            connection.credit(message.connectionId(), credit.bytes());
        } else if (notice instanceof Notice.Welcome welcome) {
            onWelcome(welcome);
        } else if (notice instanceof Notice.Drain) {
            onDrained();
        }
    }

    private void onWelcome(Notice.Welcome welcome) {
        long waits = welcome.timeoutMillis();
        connection.welcome(welcome.window(), waits == 0 ? null : Duration.ofMillis(waits));
        watch.explain();
        welcomed = true;
        while (!waiting.isEmpty()) {
            socket.send(waiting.remove(), ZMQ.DONTWAIT);
        }
        if (!everWelcomed) {
            everWelcomed = true;
            LOG.info("Takes requests of {}, managed by {}.", endpoints.sendSpec(), welcome.broker());
        } else if (tellReturn) {
            LOG.info("Connected to the broker at {} again.", endpoints.sendSpec());
        }
        tellReturn = false;
        place.way().crew().listener().onConnected(endpoints);
    }

    private void onDrained() {
        drained = true;
        place.way().wake().run();
        if (!asked) {
            asked = true;
            LOG.info("The broker at {} sends nothing new: this worker is drained.", endpoints.sendSpec());
        }
    }

    /** The connection that brought what was read so far has ended; the next one is being made. */
    private void onLost() {
        if (welcomed) {
            watch.explain();
            welcomed = false;
            place.way().crew().listener().onLost(endpoints);
            complainAtNanos = System.nanoTime() + FIRST_COMPLAINT_NANOS;
        }
        backlog.removeIf(request -> !request.isNotice());
        connection.lose();
        connection = new Connection(place.way());
        if (asked) {
            connection.stop();
        }
        // Whoever sends nothing new is not met again.
        if (asked) {
            drained = true;
            close(0);
            place.way().wake().run();
        }
    }

    /** Finds out why connections end before a welcome; true once it is known that they always will. */
    private boolean refused() {
        if (probe == null && watch.isTurnedAway()) {
            watch.explain();
            probe = Probe.start(endpoints.sendSpec(), place.alarm());
        }
        if (probe == null || !probe.isDone()) {
            return false;
        }
        turnedAway = !probe.refusesDealers();
        probe = null;
        return !turnedAway;
    }

    private Link classic() {
        LOG.info("The broker at {} takes no managed workers: it is spoken to as Mongrel2.", endpoints.sendSpec());
        socket.setLinger(0);
        socket.close();
        ClassicLink classic = new ClassicLink(place);
        waiting.forEach(classic::send);
        return classic;
    }

    /** A socket that the library gave up, or that was turned away for no lasting reason, is replaced. */
    private void reopen() {
        if (probe != null || System.nanoTime() - openedAtNanos < REOPEN_NANOS) {
            return;
        }
        if (watch.isIgnored()) {
            connector.bePatient();
        }
        boolean dead = watch.isConnected() ? watch.quietNanos() > WELCOME_NANOS : turnedAway || watch.hasGivenUp();
        if (dead || watch.isIgnored()) {
            turnedAway = false;
            somebodyListens |= watch.hasConnected();
            socket.setLinger(0);
            socket.close();
            watch = new Watch(place.alarm());
            socket = open();
        }
    }

    private ZMQ.Socket open() {
        openedAtNanos = System.nanoTime();
        changed = true;
        return connector.open(SocketType.DEALER, endpoints.sendSpec(), watch, opened -> {
            opened.setHelloMsg(hello);
            // The library's own sockets have no method for this one.
            opened.base().setSocketOpt(zmq.ZMQ.ZMQ_HICCUP_MSG, LOST);
        });
    }

    private void complain() {
        if (System.nanoTime() - complainAtNanos < 0) {
            return;
        }
        complainAtNanos = System.nanoTime() + NEXT_COMPLAINT_NANOS;
        tellReturn = true;
        if (everWelcomed) {
            LOG.warn("No connection to the broker at {}. Trying on.", endpoints.sendSpec());
        } else if (watch.hasNoAddress()) {
            LOG.warn("The host of {} has no address. Trying on.", endpoints.sendSpec());
        } else if (somebodyListens || watch.hasConnected()) {
            somebodyListens = false;
            LOG.warn(
                    "Something listens at {}, but does not welcome workers: is it really the handler's send_spec{}?"
                            + " Trying on.",
                    endpoints.sendSpec(),
                    endpoints.doubt());
        } else {
            LOG.warn(
                    "Nothing listens at {}: is the broker running, and is this the handler's send_spec? Trying on.",
                    endpoints.sendSpec());
        }
    }
}
