package dev.lurcher.worker;

import dev.lurcher.protocol.RequestMessage;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One connection with a broker, as the requests know of it that came by it: where their answers go, how fast they may, and
 * that they need not any more when the broker has forgotten them. Any thread.
 */
final class Connection {
    private static final String CLIENT_GONE = "the client is gone";

    private final Way way;
    private final Map<Long, Pace> paces = new ConcurrentHashMap<>();
    private final Departed departed = new Departed();
    private final AtomicInteger held = new AtomicInteger();
    /** 0: answers are not paced. */
    private volatile long windowBytes;

    private volatile boolean lost;
    private volatile @Nullable String ended;

    Connection(Way way) {
        this.way = way;
    }

    Client client(RequestMessage message) {
        return new Client(way.broker(), message.sender(), message.connectionId());
    }

    /** Sends a reply; not when the broker has forgotten what it answers. */
    void send(byte[] frame) {
        if (!lost) {
            way.out().send(way.broker(), frame);
        }
    }

    /** Runs the writer of a response. */
    void start(Streaming streaming) {
        hold();
        way.streams().start(streaming);
    }

    /** Somebody is at work on a request. */
    void hold() {
        held.incrementAndGet();
    }

    void release() {
        held.decrementAndGet();
        way.wake().run();
    }

    boolean isIdle() {
        return held.get() == 0;
    }

    /** Begins the answer to a request of one client. */
    Pace pace(long connectionId) {
        Pace pace = new Pace(windowBytes);
        paces.put(connectionId, pace);
        // Both are looked at after the pace can be found: whoever leaves now ends it as well.
        String why = ended;
        if (why != null) {
            pace.end(why);
        } else if (departed.contains(connectionId)) {
            pace.end(CLIENT_GONE);
        }
        return pace;
    }

    void forget(long connectionId, Pace pace) {
        paces.remove(connectionId, pace);
    }

    /** What may be sent for one client beyond what was credited. */
    void welcome(long windowBytes) {
        this.windowBytes = windowBytes;
    }

    void credit(long connectionId, long bytes) {
        Pace pace = paces.get(connectionId);
        if (pace != null) {
            pace.add(bytes);
        }
    }

    /** A request has come: the client of this number is there. */
    void came(long connectionId) {
        departed.remove(connectionId);
    }

    void gone(long connectionId) {
        departed.add(connectionId);
        Pace pace = paces.get(connectionId);
        if (pace != null) {
            pace.end(CLIENT_GONE);
        }
    }

    /** The broker is gone, or has forgotten this worker: answers would be of no use. */
    void lose() {
        lost = true;
        end("the connection with the broker was lost");
    }

    /** No content can be written any more. */
    void end(String why) {
        ended = why;
        paces.values().forEach(pace -> pace.end(why));
    }
}
