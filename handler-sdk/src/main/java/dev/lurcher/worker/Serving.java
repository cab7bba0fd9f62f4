package dev.lurcher.worker;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Requests in, answers out, until stopped. Belongs to the thread that owns the sockets; answers may come from an executor. */
final class Serving {
    private static final Logger LOG = System.getLogger(Serving.class.getName());
    private static final int WAIT_MILLIS = 1000;
    /** What has come already is still answered when the worker stops, for at most this long. */
    private static final long LAST_ROUND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final Links links;
    private final Outbox outbox;
    private final WorkerSettings settings;
    private final Responder responder;
    private final AtomicInteger running = new AtomicInteger();

    Serving(Links links, Outbox outbox, WorkerSettings settings, Responder responder) {
        this.links = links;
        this.outbox = outbox;
        this.settings = settings;
        this.responder = responder;
    }

    /** Serves until stopped. */
    void run() {
        BooleanSupplier room = () -> running.get() < settings.atOnce();
        BooleanSupplier taking = () -> !outbox.isStopped() && room.getAsBoolean();
        while (!outbox.isStopped()) {
            take(taking, WAIT_MILLIS);
        }
        finish(room);
        if (running.get() > 0) {
            LOG.log(Level.WARNING, "Stopped while {0} requests were not answered yet.", running.get());
        }
    }

    /** Answers what has come already, and waits for the executor. */
    private void finish(BooleanSupplier room) {
        long begin = System.nanoTime();
        long elapsed = 0;
        boolean took = true;
        while (took || (running.get() > 0 && elapsed < settings.stopTime().toNanos())) {
            took = take(elapsed < LAST_ROUND_NANOS ? room : () -> false, 0);
            if (!took) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            elapsed = System.nanoTime() - begin;
        }
    }

    /** Takes a request and sees to its answer; false if none has come. */
    private boolean take(BooleanSupplier taking, int waitMillis) {
        Request request = links.next(taking, waitMillis);
        if (request == null) {
            return false;
        }
        Executor executor = settings.executor();
        if (executor == null || request.isNotice()) {
            handle(request);
        } else {
            running.incrementAndGet();
            try {
                executor.execute(() -> {
                    handle(request);
                    done();
                });
            } catch (RejectedExecutionException e) {
                request.reply(Response.text("Service Unavailable\n").withStatus(503));
                done();
            }
        }
        return true;
    }

    private void done() {
        running.decrementAndGet();
        outbox.wake();
    }

    /** Nothing that a responder throws may end the loop: the client gets an answer, the log the reason. */
    private void handle(Request request) {
        try {
            if (request.isDisconnect()) {
                settings.onDisconnect().accept(request.client());
            } else if (!request.isNotice()) {
                request.reply(responder.respond(request));
            }
        } catch (Throwable e) {
            LOG.log(Level.ERROR, "Failed at " + request, e);
            if (request.isAnswered()) {
                request.close();
            } else if (!request.isNotice()) {
                request.reply(Response.text("Internal Server Error\n").withStatus(500));
            }
        }
    }
}
