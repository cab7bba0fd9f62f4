package dev.lurcher.broker.proxy;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to an upstream, and its answer on the way back; the handle of whoever asked.
 * <p>Thread: the event loop.
 */
public final class UpstreamExchange {
    private final UpstreamPool pool;
    private final UpstreamRequest request;
    private final AnswerListener listener;

    /** Content that came before there was a connection: what had been read when the caller was told to wait. */
    private @Nullable ArrayDeque<ByteBuf> early;

    private @Nullable UpstreamConnection connection;
    private boolean whole;
    private boolean held;
    private boolean over;
    private boolean repeated;

    /** Set by the pool. */
    long waitingSinceNanos;

    UpstreamExchange(UpstreamPool pool, UpstreamRequest request, AnswerListener listener) {
        this.pool = pool;
        this.request = request;
        this.listener = listener;
    }

    // ---- for whoever asked

    /** Whether content can be sent on at once. */
    public boolean hasRoom() {
        return connection != null && connection.hasRoom();
    }

    /**
     * Sends some of the request's content; takes the buffer over.
     *
     * @return whether there is room for more, else {@link AnswerListener#onRoom} tells when
     */
    public boolean content(ByteBuf bytes) {
        if (over || !bytes.isReadable()) {
            bytes.release();
            return true;
        } else if (connection == null) {
            keep(bytes);
            return false;
        }
        connection.content(bytes);
        return connection.hasRoom();
    }

    private void keep(ByteBuf bytes) {
        if (early == null) {
            early = new ArrayDeque<>();
        }
        early.add(bytes);
    }

    /** The request's content is complete. */
    public void whole() {
        whole = true;
        if (connection != null && !over) {
            connection.requestEnd();
        }
    }

    /** Stops the answer from coming, or lets it go on; what has been read still comes. */
    public void hold(boolean hold) {
        held = hold;
        if (connection != null && !over) {
            connection.hold(hold);
        }
    }

    /** The answer is not wanted any more: the listener hears nothing from now on. */
    public void cancel() {
        if (over) {
            return;
        }
        end();
        if (connection != null) {
            connection.close();
        } else {
            pool.forget(this);
        }
    }

    // ---- for pool and connection

    void take(UpstreamConnection taken) {
        connection = taken;
        taken.begin(this);
        if (early != null) {
            early.forEach(taken::content);
            early = null;
        }
        if (held) {
            taken.hold(true);
        }
        if (whole) {
            taken.requestEnd();
        } else if (request.contentLength() != 0 && taken.hasRoom()) {
            listener.onRoom();
        }
    }

    UpstreamRequest request() {
        return request;
    }

    AnswerListener listener() {
        return listener;
    }

    boolean isOver() {
        return over;
    }

    /** The connection that it had was closed by the upstream before it was used: it may have another, once. */
    boolean repeat() {
        if (repeated || !request.isRepeatable()) {
            return false;
        }
        repeated = true;
        connection = null;
        pool.again(this);
        return true;
    }

    /** Nothing more is to be said of it. */
    void end() {
        over = true;
        if (early != null) {
            early.forEach(ByteBuf::release);
            early = null;
        }
    }

    void fail(UpstreamException why) {
        if (!over) {
            end();
            listener.onFailed(why);
        }
    }
}
