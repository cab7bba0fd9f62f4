package dev.lurcher.broker.http;

import dev.lurcher.broker.loop.Deadlines;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The deadlines of one client connection. Two run at the same time: the responder's, and one of the connection's own, which
 * is for what it is about at the moment.
 * <p>Thread: the connection's event loop.
 */
final class ConnectionDeadlines extends Deadlines.Expiring {
    /** What the connection's own deadline is for. */
    private enum Watch {
        NOTHING,
        /** The first byte of a request. */
        IDLE,
        /** The end of a request's head. */
        HEAD,
        /** The rate of a request's content. */
        CONTENT,
        /** That the client takes its answer. */
        OUTPUT,
        /** The end of the connection. */
        END
    }

    private static final long OUTPUT_LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final HttpConnection connection;
    private final HttpSettings.Times times;
    private final ClientOutput output;
    private final Deadlines deadlines;

    private long wakeAt = Deadlines.NONE;
    private long lookAt = Deadlines.NONE;
    private Watch watch = Watch.NOTHING;
    private long idleUntil = Deadlines.NONE;
    private long windowBytes;
    private boolean contentHeld;

    ConnectionDeadlines(HttpConnection connection, HttpSettings.Times times, ClientOutput output, Deadlines deadlines) {
        this.connection = connection;
        this.times = times;
        this.output = output;
        this.deadlines = deadlines;
    }

    HttpConnection connection() {
        return connection;
    }

    /** The connection is open; it must not take longer than {@code most} to begin its first request. */
    void start(Duration most) {
        deadlines.add(this);
        idleUntil = after(System.nanoTime(), most);
        look(Watch.IDLE, idleUntil);
    }

    /** The connection is closed. */
    void end() {
        deadlines.remove(this);
    }

    /** Sets the responder's deadline, as {@link System#nanoTime()} or {@link Deadlines#NONE}. */
    void wakeAt(long nanos) {
        wakeAt = nanos;
        schedule();
    }

    /** A head has begun. */
    void watchHead() {
        lookIn(Watch.HEAD, times.head());
    }

    /** Content is to come. */
    void watchContent() {
        windowBytes = 0;
        lookIn(Watch.CONTENT, times.contentWindow());
    }

    /** Content has come. */
    void received(int bytes) {
        windowBytes += bytes;
    }

    /**
     * That content does not come is not the client's fault, up to the next look.
     *
     * @param held whether it is not read at all, until this is called again with false
     */
    void excuseContent(boolean held) {
        contentHeld = held;
        windowBytes = Long.MAX_VALUE / 2;
    }

    /** The request is whole, or its answer has begun: no deadline holds but those that are set from now on. */
    void watchNothing() {
        wakeAt = Deadlines.NONE;
        look(Watch.NOTHING, Deadlines.NONE);
    }

    /** From now on the client must take what waits for it. */
    void watchOutput() {
        if (watch == Watch.NOTHING && output.pendingBytes() > 0) {
            lookAfterOutput(System.nanoTime());
            schedule();
        }
    }

    /** The connection waits for its next request, for so long at most; the answer may still be on its way. */
    void watchIdle(Duration most) {
        contentHeld = false;
        wakeAt = Deadlines.NONE;
        touch(most);
    }

    /** Something was said between two requests: the connection may be idle for so long again. */
    void touch(Duration most) {
        long now = System.nanoTime();
        idleUntil = after(now, most);
        look(Watch.IDLE, Math.min(idleUntil, now + OUTPUT_LOOK_NANOS));
    }

    /** The connection ends. */
    void watchEnd() {
        wakeAt = Deadlines.NONE;
        lookIn(Watch.END, times.linger());
    }

    private void lookIn(Watch what, Duration time) {
        look(what, after(System.nanoTime(), time));
    }

    private void look(Watch what, long at) {
        watch = what;
        lookAt = at;
        schedule();
    }

    private void schedule() {
        deadlines.set(this, Math.min(wakeAt, lookAt));
    }

    private static long after(long now, Duration time) {
        return time.isZero() ? Deadlines.NONE : now + time.toNanos();
    }

    @Override
    protected void onDeadline(long now) {
        if (wakeAt != Deadlines.NONE && now - wakeAt >= 0) {
            wakeAt = Deadlines.NONE;
            connection.onWake(now);
        }
        if (lookAt != Deadlines.NONE && now - lookAt >= 0) {
            lookAt = Deadlines.NONE;
            look(now);
        }
        schedule();
    }

    @Override
    protected void onFault(RuntimeException fault) {
        connection.answer().channel().pipeline().fireExceptionCaught(fault);
    }

    private void look(long now) {
        switch (watch) {
            case IDLE -> lookAfterIdle(now);
            case HEAD -> connection.onRefusal(Refusal.HEADER_TIMEOUT);
            case CONTENT -> {
                if (!contentHeld && windowBytes < times.contentWindowBytes()) {
                    connection.onRefusal(Refusal.CONTENT_TIMEOUT);
                } else {
                    watchContent();
                }
            }
            case OUTPUT -> lookAfterOutput(now);
            case END -> output.drop();
            case NOTHING -> {
                // Only the responder's deadline holds.
            }
        }
    }

    private void lookAfterIdle(long now) {
        boolean sending = output.pendingBytes() > 0;
        if (sending && output.quietNanos(now) >= after(0, times.writeIdle())) {
            connection.answer().giveUpClient();
        } else if (sending) {
            lookAt = now + OUTPUT_LOOK_NANOS;
        } else if (idleUntil != Deadlines.NONE && now - idleUntil >= 0) {
            output.drop();
        } else {
            lookAt = idleUntil;
        }
    }

    /** Looks once a second whether the client takes its answer, as long as there is something to take. */
    private void lookAfterOutput(long now) {
        long most = after(0, times.writeIdle());
        if (most == Deadlines.NONE || output.pendingBytes() == 0) {
            watch = Watch.NOTHING;
            lookAt = Deadlines.NONE;
        } else if (output.quietNanos(now) >= most) {
            connection.answer().giveUpClient();
        } else {
            watch = Watch.OUTPUT;
            lookAt = now + Math.min(most, OUTPUT_LOOK_NANOS);
        }
    }
}
