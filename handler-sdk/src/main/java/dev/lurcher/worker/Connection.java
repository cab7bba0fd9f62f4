package dev.lurcher.worker;

import dev.lurcher.protocol.ReplyWriter;
import dev.lurcher.protocol.RequestMessage;
import dev.lurcher.protocol.UploadPart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection with a broker, as the requests know of it that came by it: where their answers go, how fast they may, and
 * that they need not any more when the broker has forgotten them. Any thread.
 */
final class Connection {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final String CLIENT_GONE = "the client is gone";
    private static final String LOST = "the connection with the broker was lost";

    private final Way way;
    private final Map<Long, Pace> paces = new ConcurrentHashMap<>();
    private final Map<Long, ContentStream> uploads = new ConcurrentHashMap<>();
    /** What is to be done when a client goes. */
    private final Map<Long, List<Runnable>> watches = new ConcurrentHashMap<>();

    private final Departed departed = new Departed();
    private final AtomicInteger held = new AtomicInteger();
    /** 0: answers are not paced. */
    private volatile long windowBytes;

    private volatile @Nullable Duration patience;
    private volatile boolean lost;
    private volatile boolean stopping;
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

    /**
     * Sends the same to many clients.
     *
     * @param clients all of this connection's broker
     */
    void send(List<Client> clients, byte[] bytes) {
        for (int from = 0; from < clients.size(); from += ReplyWriter.MOST_TARGETS) {
            List<Client> some = clients.subList(from, Math.min(clients.size(), from + ReplyWriter.MOST_TARGETS));
            long[] ids = some.stream().mapToLong(Client::connectionId).toArray();
            send(ReplyWriter.reply(some.get(0).sender(), ids, bytes));
        }
    }

    /** Runs the writer of a response. */
    void start(Streaming streaming) {
        hold();
        way.crew().streams().start(streaming);
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
        if (stopping) {
            pace.stop();
        }
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
    void welcome(long windowBytes, @Nullable Duration patience) {
        this.windowBytes = windowBytes;
        this.patience = patience;
    }

    void credit(long connectionId, long bytes) {
        Pace pace = paces.get(connectionId);
        if (pace != null) {
            pace.add(bytes);
        }
    }

    /** What has come: a request, or null where it is a part of one's content, which is led there. */
    @Nullable
    Request take(RequestMessage message) {
        UploadPart part = message.part();
        if (part != null) {
            add(message, part);
            return null;
        }
        // The client of this number is there.
        departed.remove(message.connectionId());
        Request request = new Request(message, this);
        if (request.isUploadStream()) {
            request.openUpload();
        }
        return request;
    }

    private void add(RequestMessage message, UploadPart part) {
        long id = message.connectionId();
        ContentStream upload = part.last() ? uploads.remove(id) : uploads.get(id);
        if (upload != null) {
            upload.add(message.content(), part.last());
        }
    }

    boolean hasUploads() {
        return !uploads.isEmpty();
    }

    void gone(long connectionId) {
        departed.add(connectionId);
        Pace pace = paces.get(connectionId);
        if (pace != null) {
            pace.end(CLIENT_GONE);
        }
        ContentStream upload = uploads.remove(connectionId);
        if (upload != null) {
            upload.end(CLIENT_GONE);
        }
        run(watches.remove(connectionId));
    }

    /** Whether nobody would see an answer. */
    boolean isGone(long connectionId) {
        return lost || departed.contains(connectionId);
    }

    /** Has something done when the client goes; at once if it has gone. */
    void watch(long connectionId, Runnable action) {
        watches.compute(connectionId, (id, actions) -> {
            List<Runnable> all = actions == null ? new ArrayList<>() : new ArrayList<>(actions);
            all.add(action);
            return all;
        });
        // Looked at after the action can be found: whoever goes now has it done as well.
        if (isGone(connectionId)) {
            run(watches.remove(connectionId));
        }
    }

    void unwatch(long connectionId) {
        watches.remove(connectionId);
    }

    /** Leads further parts of a client's content to a stream. */
    void beginUpload(long connectionId, ContentStream parts) {
        uploads.put(connectionId, parts);
    }

    void endUpload(long connectionId) {
        uploads.remove(connectionId);
    }

    /** How long the broker waits for an answer to begin; null where it did not say. */
    @Nullable
    Duration patience() {
        return patience;
    }

    WorkerListener listener() {
        return way.crew().listener();
    }

    Streams streams() {
        return way.crew().streams();
    }

    Turns turns() {
        return way.crew().turns();
    }

    /** The broker is gone, or has forgotten this worker: answers would be of no use. */
    void lose() {
        lost = true;
        end(LOST);
        List.copyOf(watches.keySet()).forEach(id -> run(watches.remove(id)));
    }

    private static void run(@Nullable List<Runnable> actions) {
        if (actions == null) {
            return;
        }
        for (Runnable action : actions) {
            try {
                action.run();
            } catch (RuntimeException e) {
                LOG.error("Failed at what was to be done when a client had gone", e);
            }
        }
    }

    /** The worker is about to stop: who writes without an end should find one. */
    void stop() {
        stopping = true;
        paces.values().forEach(Pace::stop);
    }

    /** No content can be written any more. */
    void end(String why) {
        ended = why;
        paces.values().forEach(pace -> pace.end(why));
        uploads.values().forEach(upload -> upload.end(why));
        uploads.clear();
    }
}
