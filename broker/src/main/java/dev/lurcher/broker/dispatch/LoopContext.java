package dev.lurcher.broker.dispatch;

import dev.lurcher.broker.loop.Deadlines;
import dev.lurcher.protocol.ReplyReader;
import dev.lurcher.protocol.RequestWriter;
import io.netty.channel.EventLoop;
import io.netty.util.collection.IntObjectHashMap;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one event loop owns: its clients by connection id, its deadlines, its codecs' scratch space, its pending flushes.
 * <p>Connection ids are dealt so that {@code id modulo loops} names the loop: whoever holds an id knows where its connection
 * lives, and no table is shared between threads. Ids are 31-bit, start at a random point at each start of the broker so that
 * answers to an earlier life hit nobody, and are not given out again while they are in use.
 * <p>Thread: its event loop only, but for {@link #loop()} and {@link #index()}.
 */
public final class LoopContext {
    /** What is lost with one worker has its deadlines within so long. */
    private static final long TOGETHER_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** Between two sweeps of which the first has left something the loop reads from its sockets. */
    private static final long NEXT_SWEEP_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

    /** How many retired ids are remembered, so that a late answer can be attributed to its worker. */
    private static final int RETIRED_KEPT = 4096;

    /** Something whose written bytes wait for the end of the round. */
    public interface Flushable {
        /** Sends what has been written. */
        void flush();

        /** {@link #flush} has failed, which it never should: ends this one, so that nothing waits for it. */
        void onFault(RuntimeException fault);
    }

    private final EventLoop loop;
    private final int index;
    private final int loops;
    private final Deadlines deadlines = new Deadlines();
    private final IntObjectHashMap<Client> clients = new IntObjectHashMap<>(256);
    private final IntObjectHashMap<Worker> retired = new IntObjectHashMap<>();
    private final int[] retiredOrder = new int[RETIRED_KEPT];
    private int retiredCount;
    private final RequestWriter requestWriter = new RequestWriter();
    private final ReplyReader replyReader;
    private final ArrayList<Flushable> unflushed = new ArrayList<>();
    private final Runnable flush = this::flushAll;
    /** When the last of the sweeps between the regular ones takes place, or did. */
    private long sweepNanos = System.nanoTime();

    private int lastId;

    LoopContext(EventLoop loop, int index, int loops, int maxTargets, int seed) {
        this.loop = loop;
        this.index = index;
        this.loops = loops;
        this.replyReader = new ReplyReader(maxTargets);
        int start = seed & 0x3fff_ffff;
        lastId = start - start % loops + index;
    }

    /** The loop itself. Any thread. */
    public EventLoop loop() {
        return loop;
    }

    /** The loop's place among all, from 0. Any thread. */
    public int index() {
        return index;
    }

    /** The deadlines of this loop's connections. */
    public Deadlines deadlines() {
        return deadlines;
    }

    /** Sweeps once between the regular times: right after a deadline that is rare, and that clients wait for. */
    public void sweepAfter(long nanos) {
        long now = System.nanoTime();
        if (nanos - now > 0 && nanos - sweepNanos > 0) {
            sweepNanos = nanos + TOGETHER_NANOS;
            loop.schedule(this::sweep, sweepNanos - now, TimeUnit.NANOSECONDS);
        }
    }

    /** Meets the deadlines that have passed. */
    void sweep() {
        if (deadlines.sweep(System.nanoTime())) {
            loop.schedule(this::sweep, NEXT_SWEEP_NANOS, TimeUnit.NANOSECONDS);
        }
    }

    RequestWriter requestWriter() {
        return requestWriter;
    }

    ReplyReader replyReader() {
        return replyReader;
    }

    /** Gives a client an id of its own, 1..2^31-1. */
    public int register(Client client) {
        do {
            lastId = lastId > Integer.MAX_VALUE - loops ? index : lastId + loops;
        } while (lastId == 0 || clients.containsKey(lastId) || retired.containsKey(lastId));
        clients.put(lastId, client);
        return lastId;
    }

    /** Takes an id back; replies to it reach nobody from now on. */
    public void unregister(int id) {
        clients.remove(id);
    }

    /**
     * Takes an id back whose exchange has timed out, and remembers for a while which worker holds it.
     *
     * @param exchange the exchange that was given up under this id
     */
    public void retire(Exchange exchange) {
        int id = exchange.connectionId;
        clients.remove(id);
        Worker worker = exchange.worker;
        if (worker == null) {
            return;
        }
        int cell = retiredCount++ % RETIRED_KEPT;
        if (retiredOrder[cell] != 0) {
            retired.remove(retiredOrder[cell]);
        }
        retiredOrder[cell] = id;
        retired.put(id, worker);
    }

    @Nullable
    Client client(int id) {
        return clients.get(id);
    }

    @Nullable
    Worker retired(int id) {
        return retired.isEmpty() ? null : retired.get(id);
    }

    /** Clients with an id. */
    public int clientCount() {
        return clients.size();
    }

    /** Flushes at the end of this round of the loop, together with all others. Call once per round for each. */
    public void flushLater(Flushable channel) {
        if (unflushed.isEmpty()) {
            loop.execute(flush);
        }
        unflushed.add(channel);
    }

    private void flushAll() {
        // By index: a flush may fail, close its channel and thereby add others.
        for (int i = 0; i < unflushed.size(); i++) {
            flush(unflushed.get(i));
        }
        unflushed.clear();
    }

    /** One channel's fault must not keep the others from their bytes. */
    private static void flush(Flushable channel) {
        try {
            channel.flush();
        } catch (RuntimeException e) {
            channel.onFault(e);
        }
    }
}
