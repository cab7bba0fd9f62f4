package dev.lurcher.broker.http;

import dev.lurcher.broker.config.HandlerPolicy;
import dev.lurcher.broker.dispatch.Client;
import dev.lurcher.broker.dispatch.Exchange;
import dev.lurcher.broker.dispatch.HandlerPool;
import dev.lurcher.broker.dispatch.Worker;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.protocol.RequestHead;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The side of a connection that faces the workers: the id under which they write to it, and the exchange in their hands.
 * <p>Thread: the connection's event loop.
 */
final class WorkerSide {
    private static final long NEVER = Long.MAX_VALUE;

    /** Within this time another worker that goes on with the answer of a lost one is heard of. */
    private static final long TAKE_OVER_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** What is to be done about an answer whose worker is gone. */
    enum Loss {
        /** Look again at {@link #lossActsAt}. */
        WAIT,
        /** End it. */
        CUT,
        /** Nothing: another worker goes on with it. */
        TAKEN_OVER
    }

    private final Client client;
    private final boolean idPerRequest;
    private final Duration lossGrace;
    private final int windowBytes;
    private final boolean tellsWritten;

    private int connectionId;
    private boolean workerKnowsId;
    private @Nullable HandlerPool pool;
    private @Nullable Exchange exchange;
    private boolean begun;

    /** Up to where in all that is sent to the client the worker has got credit, its window aside. */
    private long creditedBytes;

    /** Whether it is the client that something is waited for, and not the worker. */
    private boolean paused;
    /** Since when the worker has something to do, if that is after it got the request. */
    private long activeNanos;

    private boolean lost;
    private boolean lostManaged;
    private long lossActsAtNanos;
    /** What had been sent when the replies on their way were through; -1 before that. */
    private long sentByLost;

    /** Creates the side of a connection without requests yet. */
    WorkerSide(Client client, HttpSettings settings) {
        this.client = client;
        this.idPerRequest = settings.idPerRequest();
        this.lossGrace = settings.times().lossGrace();
        this.windowBytes = settings.windowBytes();
        this.tellsWritten = settings.downloadWindow() > 0;
    }

    /** Whether requests of this connection have gone to the pool's handler. */
    boolean servedBy(HandlerPool asking) {
        return pool == asking;
    }

    /** What is in the workers' hands, or null. */
    @Nullable
    Exchange exchange() {
        return exchange;
    }

    /** By which workers know the connection; 0 where none does. */
    int clientId() {
        return connectionId;
    }

    /** Whether the next request gets an id that no worker has seen on this connection. */
    boolean needsId() {
        return idPerRequest || connectionId == 0;
    }

    /** Hands over a request. */
    HandlerPool.Offer offer(HandlerPool chosen, RequestHead head, byte[] content, long now) {
        pool = chosen;
        if (idPerRequest && connectionId != 0) {
            client.context().unregister(connectionId);
            connectionId = 0;
            workerKnowsId = false;
        }
        return offer(new Exchange(chosen, client, id(), head, content), now);
    }

    private HandlerPool.Offer offer(Exchange offered, long now) {
        exchange = offered;
        begun = false;
        lost = false;
        paused = false;
        activeNanos = now;
        HandlerPool.Offer outcome = offered.pool().offer(offered, now);
        if (outcome != HandlerPool.Offer.TAKEN) {
            exchange = null;
        }
        return outcome;
    }

    private int id() {
        if (connectionId == 0) {
            connectionId = client.context().register(client);
        }
        return connectionId;
    }

    /** Bytes of the answer have come; they were the last or not. */
    void answered(boolean ended) {
        Exchange open = exchange;
        if (open == null || (begun && !ended)) {
            return;
        }
        begun = true;
        workerKnowsId = true;
        open.pool().answered(open, ended);
        if (ended) {
            exchange = null;
        }
    }

    /** From here on what is sent to the client is the answer. */
    void startCredit(long sentBefore) {
        creditedBytes = sentBefore;
    }

    /**
     * The client has taken more: its worker may send as much again. A managed one hears of it in steps of half a window; a
     * classic one at once, where download.flow_control says that it hears of it at all.
     *
     * @param sent bytes of all that was written to the client since it connected
     */
    void onSent(long sent) {
        Exchange open = exchange;
        if (open != null && !lost) {
            credit(open, sent);
        }
    }

    private void credit(Exchange open, long sent) {
        Worker worker = open.worker();
        long more = sent - creditedBytes;
        if (worker == null) {
            return;
        } else if (worker.isManaged() && more >= Math.max(1, windowBytes / 2)) {
            creditedBytes = sent;
            worker.sendCredit(open.connectionId(), (int) Math.min(Integer.MAX_VALUE, more));
        } else if (!worker.isManaged() && tellsWritten && more > 0) {
            creditedBytes = sent;
            worker.sendWritten(open.connectionId(), more);
        }
    }

    /**
     * The answer is whole. Where workers count what they may send by the connection, and not by the request, they get back
     * what is still on its way.
     *
     * @param accepted bytes of all that is or will be written to the client
     */
    void settle(Exchange answered, long accepted) {
        if (tellsWritten && !idPerRequest) {
            credit(answered, accepted);
        }
    }

    /** The workers closed the exchange by closing the connection. */
    void finish() {
        if (exchange != null) {
            workerKnowsId = true;
            exchange.pool().giveUp(exchange, false);
            exchange = null;
        }
    }

    /**
     * Nobody waits for the answer any more. Where a worker may still send one, the id under which it would come is given up
     * too, so that it can never be taken for the answer to a later request.
     *
     * @param late whether the worker let it time out
     */
    void giveUp(boolean late) {
        Exchange open = exchange;
        if (open == null) {
            return;
        }
        exchange = null;
        boolean known = open.pool().giveUp(open, late);
        if (known || lost) {
            retire(open);
        }
        if (known) {
            open.pool().disconnected(open.connectionId(), open);
        }
    }

    private void retire(Exchange open) {
        client.context().retire(open);
        connectionId = 0;
        workerKnowsId = false;
    }

    // ---- waiting

    /**
     * Looks after an exchange that waits for its answer: repeats it where its worker is lost, or gives it up.
     *
     * @param abandoned whether it is not worth while to wait for a worker any longer
     * @return why it has been given up, or null while it goes on
     */
    @Nullable
    Refusal look(Request request, boolean abandoned, long now) {
        Exchange open = exchange;
        if (open == null || (lost && now - lossActsAtNanos < 0)) {
            return null;
        }
        HandlerPool asked = open.pool();
        if (lost) {
            if (repeat(open, request, now)) {
                asked.counters().increment(Counter.REPEATED);
                return null;
            }
            giveUp(false);
            return Refusal.WORKER_LOST;
        }
        long timeout = asked.limits().timeout().toNanos();
        long held = open.heldNanos();
        if (held != 0 && timeout != 0 && !paused && now - since(held) >= timeout) {
            giveUp(true);
            return Refusal.WORKER_TIMEOUT;
        } else if (held == 0 && (abandoned || now - asked.waitsUntil(open.offeredNanos()) >= 0)) {
            giveUp(false);
            return Refusal.unserved(asked.hasWorkers() ? HttpError.QUEUE_TIMEOUT : HttpError.NO_WORKER, asked);
        }
        return null;
    }

    /** From when the worker's time counts. */
    private long since(long held) {
        return activeNanos - held > 0 ? activeNanos : held;
    }

    /** The worker is at work, and its time counts from now. */
    void touch(long now) {
        activeNanos = now;
    }

    /** Says whether it is the worker's turn; if not, its time does not run. */
    void awaitWorker(boolean isItsTurn, long now) {
        if (paused && isItsTurn) {
            activeNanos = now;
        }
        paused = !isItsTurn;
    }

    /** Whether no worker has got it yet. */
    boolean isQueued() {
        return exchange != null && exchange.heldNanos() == 0;
    }

    /** How long it has waited for a worker, or did wait. */
    long waited(long now) {
        return exchange == null ? 0 : now - exchange.offeredNanos();
    }

    /** When to {@link #look} again, as {@link System#nanoTime()}, or {@link Long#MAX_VALUE} for never. */
    long lookAgainAt(long now) {
        Exchange open = exchange;
        if (open == null) {
            return NEVER;
        } else if (lost) {
            return lossActsAtNanos;
        }
        long timeout = open.pool().limits().timeout().toNanos();
        long held = open.heldNanos();
        if (held != 0) {
            return timeout == 0 || paused ? NEVER : since(held) + timeout;
        }
        // A worker may take it unnoticed at any moment: look again no later than that worker's own time would be over.
        // And while the pool is paused as often as otherwise, for nobody says when it goes on.
        long most = open.pool().limits().queueTimeout().toNanos();
        long look = Math.min(most, open.pool().waitsUntil(open.offeredNanos()) - now);
        return now + (timeout == 0 ? look : Math.min(look, timeout));
    }

    // ---- loss of the worker

    /** The worker of this exchange is gone; false when that does not matter here any more. */
    boolean lose(Exchange which, long now) {
        if (which != exchange) {
            return false;
        }
        Worker worker = which.worker();
        lost = true;
        lostManaged = worker != null && worker.isManaged();
        sentByLost = -1;
        // Replies of a classic worker come by a connection of their own, and may be on their way.
        lossActsAtNanos = lostManaged ? now : now + lossGrace.toNanos();
        return true;
    }

    /** Whether the worker is gone, and nobody has taken over. */
    boolean isLost() {
        return lost && exchange != null;
    }

    /** When to act on the loss, as {@link System#nanoTime()}. */
    long lossActsAt() {
        return lossActsAtNanos;
    }

    /**
     * What to do about an answer that has begun and whose worker is gone.
     *
     * @param sent bytes of it so far
     */
    Loss judge(long sent, long now) {
        if (now - lossActsAtNanos < 0) {
            return Loss.WAIT;
        } else if (sentByLost < 0 && !lostManaged) {
            sentByLost = sent;
            lossActsAtNanos = now + TAKE_OVER_NANOS;
            return Loss.WAIT;
        } else if (lostManaged || sent == sentByLost) {
            return Loss.CUT;
        }
        lost = false;
        return Loss.TAKEN_OVER;
    }

    /** Gives the request to another worker, if it may be repeated; under a new id. */
    private boolean repeat(Exchange open, Request request, long now) {
        if (!mayRepeat(open, request)) {
            return false;
        }
        open.pool().giveUp(open, false);
        retire(open);
        return offer(open.again(id()), now) == HandlerPool.Offer.TAKEN;
    }

    private static boolean mayRepeat(Exchange open, Request request) {
        HandlerPolicy policy = open.pool().policy();
        return open.tries() < policy.retryLimit()
                && open.isAllThere()
                && switch (policy.retry()) {
                    case ALWAYS -> true;
                    case NEVER -> false;
                    case IDEMPOTENT -> request.isRepeatable();
                };
    }

    // ---- the end

    /** A worker ends the connection, and wants to hear no more of it. */
    void cancel() {
        Exchange open = exchange;
        exchange = null;
        if (open != null) {
            open.pool().giveUp(open, false);
        }
        if (connectionId != 0) {
            client.context().unregister(connectionId);
            connectionId = 0;
            workerKnowsId = false;
        }
    }

    /**
     * The connection is over: gives back its id, and tells the worker where it does not know.
     *
     * @param inOrder whether it ended as the last answer said
     */
    void release(boolean inOrder) {
        Exchange open = exchange;
        exchange = null;
        if (open != null) {
            workerKnowsId |= open.pool().giveUp(open, false);
        }
        if (connectionId != 0) {
            client.context().unregister(connectionId);
            if (pool != null && workerKnowsId && !inOrder) {
                pool.disconnected(connectionId, open);
            }
            connectionId = 0;
        }
    }
}
