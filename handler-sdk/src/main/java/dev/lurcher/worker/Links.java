package dev.lurcher.worker;

import dev.lurcher.protocol.ProtocolException;
import dev.lurcher.protocol.RequestMessage;
import dev.lurcher.protocol.RequestReader;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.zeromq.ZMQ;

/** The sockets of all brokers of a worker, polled together. Made, used and closed by one thread; only the outbox is shared. */
final class Links {
    private static final Logger LOG = System.getLogger(Links.class.getName());
    private static final long TEND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ZMQ.Context context = ZMQ.context(1);
    private final List<BrokerLink> links = new ArrayList<>();
    private final Outbox outbox;
    private final Outgoing way;
    private ZMQ.Poller poller;
    private boolean polledTaking = true;
    private int next;
    private long tendAtNanos = System.nanoTime() + TEND_NANOS;
    private long broken;
    private long toldAtNanos = System.nanoTime() - TEND_NANOS;

    /**
     * Opens the sockets.
     *
     * @param way given to the requests that come, for their replies
     */
    Links(List<Endpoints> brokers, Outbox outbox, Outgoing way) {
        this.outbox = outbox;
        this.way = way;
        context.setUncaughtExceptionHandler(Links::onFailure);
        context.setNotificationExceptionHandler(Links::onFailure);
        for (Endpoints broker : brokers) {
            links.add(new BrokerLink(context, broker));
        }
        poller = poller();
    }

    /** Sends a reply. */
    void send(int broker, byte[] frame) {
        links.get(broker).send(frame);
    }

    /**
     * Sends what other threads left, then takes the next request.
     *
     * @param taking whether a request is wanted now; otherwise only replies are sent. A thread that changes its result wakes
     *     this one through the outbox.
     * @param waitMillis how long to wait for it; 0 looks only
     * @return null if none has come in time, or another thread woke this one
     */
    @Nullable
    Request next(BooleanSupplier taking, int waitMillis) {
        outbox.empty(this::send);
        if (System.nanoTime() - tendAtNanos >= 0) {
            tend();
        }
        boolean take = taking.getAsBoolean();
        Request request = take ? look() : null;
        if (request == null && waitMillis > 0) {
            // What another thread did before this one was announced asleep is seen now; after that, it rings.
            if (outbox.fallAsleep() && taking.getAsBoolean() == take) {
                poll(take, waitMillis);
            }
            outbox.rise();
        }
        return request;
    }

    /** Closes everything; replies still on their way have {@code lingerMillis} to get there. */
    void close(int lingerMillis) {
        outbox.empty(this::send);
        poller.close();
        links.forEach(link -> link.close(lingerMillis));
        context.close();
    }

    /** The library's own threads stumble when sockets close while peers come and go; it goes on. */
    private static void onFailure(Thread thread, Throwable failure) {
        LOG.log(Level.DEBUG, "In thread " + thread.getName(), failure);
    }

    private void poll(boolean taking, int waitMillis) {
        if (taking != polledTaking) {
            polledTaking = taking;
            renewPoller();
        }
        poller.poll(waitMillis);
        tend();
    }

    private void tend() {
        tendAtNanos = System.nanoTime() + TEND_NANOS;
        boolean changed = false;
        for (BrokerLink link : links) {
            link.tend();
            changed |= link.changed();
        }
        if (changed) {
            renewPoller();
        }
    }

    private void renewPoller() {
        poller.close();
        poller = poller();
    }

    private ZMQ.Poller poller() {
        ZMQ.Poller made = context.poller(1 + 2 * links.size());
        made.register(outbox.bell(), ZMQ.Poller.POLLIN);
        links.forEach(link -> link.register(made, polledTaking));
        return made;
    }

    /** Looks at each broker once, beginning with another one each time. */
    private @Nullable Request look() {
        for (int i = 0; i < links.size(); i++) {
            int broker = next;
            next = next + 1 == links.size() ? 0 : next + 1;
            byte[] frame = links.get(broker).take();
            while (frame != null) {
                RequestMessage message = read(frame);
                if (message != null) {
                    return new Request(message, broker, way);
                }
                frame = links.get(broker).take();
            }
        }
        return null;
    }

    private @Nullable RequestMessage read(byte[] frame) {
        try {
            return RequestReader.read(frame);
        } catch (ProtocolException e) {
            broken++;
            if (System.nanoTime() - toldAtNanos >= TEND_NANOS) {
                toldAtNanos = System.nanoTime();
                LOG.log(
                        Level.WARNING,
                        "Dropped a message that is no request ({0} so far): {1}",
                        broken,
                        e.getMessage());
            }
            return null;
        }
    }
}
