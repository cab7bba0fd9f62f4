package dev.lurcher.worker;

import dev.lurcher.protocol.WorkerControl.Hello;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.ZMQ;

/** The sockets of all brokers of a worker, polled together. Made, used and closed by one thread; only the outbox is shared. */
final class Links {
    private static final Logger LOG = LoggerFactory.getLogger(Links.class);
    private static final long TEND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ZMQ.Context context = ZMQ.context(1);
    private final List<Link> links = new ArrayList<>();
    private final Outbox outbox;
    private ZMQ.Poller poller;
    private boolean polledTaking = true;
    private int next;
    private long tendAtNanos = System.nanoTime() + TEND_NANOS;

    /**
     * Opens the sockets.
     *
     * @param out given to the requests that come, for their replies
     */
    Links(WorkerSettings settings, Outbox outbox, Outgoing out, Crew crew) {
        this.outbox = outbox;
        context.setUncaughtExceptionHandler(Links::onFailure);
        context.setNotificationExceptionHandler(Links::onFailure);
        MessageReader reader = new MessageReader();
        Hello hello = hello(settings);
        for (int i = 0; i < settings.brokers().size(); i++) {
            Way way = new Way(i, out, crew, outbox::wake);
            Place place = new Place(context, settings.brokers().get(i), way, reader, outbox::alarm);
            links.add(settings.classic() ? new ClassicLink(place) : new ManagedLink(place, hello));
        }
        poller = poller();
    }

    /** Sends a reply. */
    void send(int broker, byte[] frame) {
        links.get(broker).send(frame);
    }

    /**
     * Sends what other threads left, then takes the next message.
     *
     * @param taking whether a request is wanted now; otherwise only replies are sent and notices heeded. A thread that changes
     *     its result wakes this one through the outbox.
     * @param waitMillis how long to wait for it; 0 looks only
     * @return null if none has come in time, or another thread woke this one
     */
    @Nullable
    Request next(BooleanSupplier taking, int waitMillis) {
        boolean alarmed = outbox.answer();
        outbox.empty(this::send);
        if (alarmed || System.nanoTime() - tendAtNanos >= 0) {
            tend();
        }
        boolean take = taking.getAsBoolean();
        Request request = look(take);
        if (request == null && waitMillis > 0) {
            // What another thread did before this one was announced asleep is seen now; after that, it rings.
            if (outbox.fallAsleep()) {
                poll(take, waitMillis);
            }
            outbox.rise();
        }
        return request;
    }

    /** Asks all brokers to send nothing new. */
    void drain() {
        links.forEach(Link::stop);
        links.forEach(Link::drain);
    }

    /** Whether all brokers send nothing new, and what they sent has been taken. */
    boolean areDrained() {
        return links.stream().allMatch(Link::isDrained);
    }

    /** Whether nobody is at work any more on what has been taken. */
    boolean areIdle() {
        return links.stream().allMatch(Link::isIdle);
    }

    /** Takes leave of the brokers that send nothing new and have all answers. */
    void dismiss(int lingerMillis) {
        for (Link link : links) {
            if (link.isDrained() && link.isIdle()) {
                outbox.empty(this::send);
                link.close(lingerMillis);
            }
        }
    }

    /** Closes everything; replies still on their way have {@code lingerMillis} to get there. */
    void close(int lingerMillis) {
        outbox.empty(this::send);
        poller.close();
        links.forEach(link -> link.close(lingerMillis));
        context.close();
    }

    private static Hello hello(WorkerSettings settings) {
        Identity identity = settings.identity();
        return new Hello(
                identity.name(),
                ProcessHandle.current().pid(),
                Identity.host(),
                identity.application(),
                identity.version(),
                "java " + Runtime.version().feature(),
                settings.capacity());
    }

    /** The library's own threads stumble when sockets close while peers come and go; it goes on. */
    private static void onFailure(Thread thread, Throwable failure) {
        LOG.debug("In thread {}", thread.getName(), failure);
    }

    private void poll(boolean taking, int waitMillis) {
        renewPoller(taking);
        poller.poll(waitMillis);
        if (poller.pollin(0)) {
            outbox.silence();
        }
        tend();
    }

    private void tend() {
        tendAtNanos = System.nanoTime() + TEND_NANOS;
        links.replaceAll(Link::tend);
        renewPoller(polledTaking);
    }

    private void renewPoller(boolean taking) {
        boolean changed = taking != polledTaking;
        for (Link link : links) {
            changed |= link.changed();
        }
        if (changed) {
            polledTaking = taking;
            poller.close();
            poller = poller();
        }
    }

    private ZMQ.Poller poller() {
        ZMQ.Poller made = context.poller(1 + 2 * links.size());
        made.register(outbox.bell(), ZMQ.Poller.POLLIN);
        links.forEach(link -> link.register(made, polledTaking));
        return made;
    }

    /** Looks at each broker once, beginning with another one each time. */
    private @Nullable Request look(boolean requests) {
        for (int i = 0; i < links.size(); i++) {
            int broker = next;
            next = next + 1 == links.size() ? 0 : next + 1;
            Request request = links.get(broker).take(requests);
            if (request != null) {
                return request;
            }
        }
        return null;
    }
}
