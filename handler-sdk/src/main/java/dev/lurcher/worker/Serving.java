package dev.lurcher.worker;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Requests in, answers out, until stopped. Belongs to the thread that owns the sockets; answers may come from an executor. */
final class Serving {
    private static final Logger LOG = System.getLogger(Serving.class.getName());
    private static final int WAIT_MILLIS = 1000;

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

    /**
     * Serves until stopped, or until every broker has drained this worker.
     *
     * @param lingerMillis how long what is on its way to a broker that has drained this worker has to get there
     */
    void run(int lingerMillis) {
        while (!outbox.isStopped() && !links.areDrained()) {
            take(WAIT_MILLIS);
            links.dismiss(lingerMillis);
        }
        outbox.stop();
        finish();
        if (!links.areIdle()) {
            LOG.log(Level.WARNING, "Stopped while requests were not answered yet.");
        }
    }

    /** Has the brokers send nothing new, answers what has come already, and waits for executor and writers. */
    private void finish() {
        links.drain();
        long end = System.nanoTime() + settings.stopTime().toNanos();
        long left = settings.stopTime().toNanos();
        while (!areDone() && left > 0) {
            take((int) Math.min(TimeUnit.NANOSECONDS.toMillis(left) + 1, WAIT_MILLIS));
            left = end - System.nanoTime();
        }
    }

    private boolean areDone() {
        return links.areDrained() && links.areIdle();
    }

    private boolean hasRoom() {
        return running.get() < settings.threads().atOnce();
    }

    /** Takes a message and sees to its answer. */
    private void take(int waitMillis) {
        Request request = links.next(this::hasRoom, waitMillis);
        if (request == null) {
            return;
        }
        Executor executor = settings.threads().executor();
        if (executor == null || request.isNotice()) {
            handle(request);
            return;
        }
        begin(request);
        try {
            executor.execute(() -> {
                try {
                    handle(request);
                } finally {
                    end(request);
                }
            });
        } catch (RejectedExecutionException e) {
            request.reply(Response.text("Service Unavailable\n").withStatus(503));
            end(request);
        }
    }

    private void begin(Request request) {
        running.incrementAndGet();
        request.connection().hold();
    }

    private void end(Request request) {
        running.decrementAndGet();
        request.connection().release();
    }

    /** Nothing that a responder throws may end the loop: the client gets an answer, the log the reason. */
    private void handle(Request request) {
        try {
            if (request.isDisconnect()) {
                settings.onDisconnect().accept(request.client());
            } else if (!request.isNotice() && !request.isUploadBegun()) {
                request.reply(responder.respond(request));
            }
        } catch (Throwable e) {
            LOG.log(Level.ERROR, "Failed at " + request, e);
            if (!request.isNotice()) {
                request.fail();
            }
        }
    }
}
