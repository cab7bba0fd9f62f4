package dev.lurcher.worker;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Requests in, answers out, until stopped. Belongs to the thread that owns the sockets; answers may come from an executor. */
final class Serving {
    private static final Logger LOG = LoggerFactory.getLogger(Serving.class);
    private static final int WAIT_MILLIS = 1000;

    private final Links links;
    private final Outbox outbox;
    private final WorkerSettings settings;
    private final Responder responder;
    private final Crew crew;
    private final AtomicInteger running = new AtomicInteger();

    Serving(Links links, Outbox outbox, WorkerSettings settings, Crew crew, Responder responder) {
        this.links = links;
        this.outbox = outbox;
        this.settings = settings;
        this.responder = responder;
        this.crew = crew;
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
            LOG.warn("Stopped while requests were not answered yet.");
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
        if (request == null || request.isUploadBegun()) {
            return;
        }
        if (request.isNotice()) {
            notice(request);
        } else if (crew.turns().areInline() && !request.isUploadStream()) {
            handle(request);
        } else {
            begin(request);
            run(request);
        }
    }

    /** Somebody who reads what is still to come must not be the one who takes it. */
    private void run(Request request) {
        Runnable task = () -> {
            try {
                handle(request);
            } finally {
                end(request);
            }
        };
        try {
            if (crew.turns().areInline()) {
                crew.streams().start(task);
            } else if (request.isConversation()) {
                crew.turns().run(request.client(), task);
            } else {
                crew.turns().run(task);
            }
        } catch (RejectedExecutionException e) {
            request.fail(Response.error(503, "Service Unavailable"));
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

    private void notice(Request request) {
        try {
            if (request.isDisconnect()) {
                settings.onDisconnect().accept(request.client());
            }
        } catch (RuntimeException e) {
            LOG.error("Failed at the news that a client is gone", e);
        }
    }

    /** Nothing that a responder throws may end the loop: the client gets an answer, the log the reason. */
    private void handle(Request request) {
        try {
            crew.listener().onRequest(request);
            request.reply(responder.respond(request));
        } catch (Throwable e) {
            Failure.answer(request, e);
        }
    }
}
