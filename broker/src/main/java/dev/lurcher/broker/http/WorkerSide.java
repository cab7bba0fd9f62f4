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

    private int connectionId;
    private boolean workerKnowsId;
    private @Nullable HandlerPool pool;
    private @Nullable Exchange exchange;
    private boolean begun;

    /** Up to where in all that is sent to the client the worker has got credit, its window aside. */
    private long creditedBytes;

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
     * The client has taken more: a managed worker may send as much again, and hears of it in steps of half a window.
     *
     * @param sent bytes of all that was written to the client since it connected
     */
    void onSent(long sent) {
        Exchange open = exchange;
        long more = sent - creditedBytes;
        if (open != null && more >= Math.max(1, windowBytes / 2)) {
            Worker worker = open.worker();
            if (worker != null && worker.isManaged() && !lost) {
                creditedBytes = sent;
                worker.sendCredit(open.connectionId(), (int) Math.min(Integer.MAX_VALUE, more));
            }
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
        if (held != 0 && timeout != 0 && now - held >= timeout) {
            giveUp(true);
            return Refusal.WORKER_TIMEOUT;
        } else if (held == 0
                && (abandoned || waited(now) >= asked.limits().queueTimeout().toNanos())) {
            giveUp(false);
            return Refusal.unserved(asked.hasWorkers() ? HttpError.QUEUE_TIMEOUT : HttpError.NO_WORKER, asked);
        }
        return null;
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
            return timeout == 0 ? NEVER : held + timeout;
        }
        // A worker may take it unnoticed at any moment: look again no later than that worker's own time would be over.
        long look = open.pool().limits().queueTimeout().toNanos() - waited(now);
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
                && switch (policy.retry()) {
                    case ALWAYS -> true;
                    case NEVER -> false;
                    case IDEMPOTENT -> request.isRepeatable();
                };
    }

    // ---- the end

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
