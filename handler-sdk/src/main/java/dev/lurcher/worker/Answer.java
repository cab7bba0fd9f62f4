package dev.lurcher.worker;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * An answer of which the application makes every octet, as adapters of other servers' interfaces do. It is paced by the
 * client without a thread that waits; see {@link Request#answer}.
 *
 * <p>Thread: any, one after the other. What is completed or run later is so by the thread that serves: it must not be held up.
 */
public final class Answer implements AutoCloseable {
    // No monitor: a virtual thread of an older JDK would hold its carrier while it waits.
    private final ReentrantLock lock = new ReentrantLock();
    private final Request request;
    private final Pace pace;
    private final AtomicBoolean closed = new AtomicBoolean();
    private @Nullable Sending sending;
    private @Nullable Runnable onGone;

    /** Octets of which some may be on their way. */
    private static final class Sending {
        final byte[] octets;
        final CompletableFuture<Void> done = new CompletableFuture<>();
        int sent;

        @Nullable
        IOException failure;

        Sending(byte[] octets) {
            this.octets = octets;
        }

        void complete() {
            if (failure == null) {
                done.complete(null);
            } else {
                done.completeExceptionally(failure);
            }
        }
    }

    Answer(Request request) {
        this.request = request;
        request.connection().hold();
        pace = request.connection().pace(request.client().connectionId());
        pace.listen(this::onChange);
    }

    /**
     * Sends octets, as fast as the client takes them.
     *
     * @param octets not copied, and not to be changed before they are sent; none are sent at once
     * @return completed when all were handed to the broker; at once where there is room. With an {@code IOException} when the
     *     client or the broker is gone, or the worker ends.
     * @throws IllegalStateException if the octets before are not sent yet, or this is closed
     */
    public CompletableFuture<Void> send(byte[] octets) {
        Sending next = new Sending(octets);
        lock.lock();
        try {
            if (sending != null || closed.get()) {
                throw new IllegalStateException(
                        closed.get() ? "the answer is closed" : "the octets before are not sent yet");
            }
            sending = next;
        } finally {
            lock.unlock();
        }
        advance();
        return next.done;
    }

    /** Whether nobody is left to send to: the client or the broker is gone, or the worker ended. */
    public boolean isGone() {
        return pace.isEnded();
    }

    /** Has something done once {@link #isGone} holds, at once if it does; nothing if this is closed before. */
    public void onGone(Runnable action) {
        lock.lock();
        try {
            onGone = action;
        } finally {
            lock.unlock();
        }
        onChange();
    }

    /** Closes the client's connection once it has got what was sent. This is to be closed all the same. */
    public void closeConnection() {
        request.close();
    }

    /** Cuts the client's connection: what it has not got by now is lost. This is to be closed all the same. */
    public void cutConnection() {
        request.cancel();
    }

    /** The answer is whole, or will never be. What is still being sent fails. May be called again. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        pace.listen(() -> {});
        pace.end("the answer is closed");
        advance();
        request.connection().forget(request.client().connectionId(), pace);
        request.finish(0);
        request.connection().release();
    }

    private void onChange() {
        advance();
        if (pace.isEnded() && !closed.get()) {
            Runnable action = takeOnGone();
            if (action != null) {
                action.run();
            }
        }
    }

    private @Nullable Runnable takeOnGone() {
        lock.lock();
        try {
            Runnable action = onGone;
            onGone = null;
            return action;
        } finally {
            lock.unlock();
        }
    }

    /** Sends what there is room for; completes outside the lock, for the next octets may be sent by that. */
    private void advance() {
        Sending ended;
        lock.lock();
        try {
            if (sending == null || !isOver(sending)) {
                return;
            }
            ended = sending;
            sending = null;
        } finally {
            lock.unlock();
        }
        ended.complete();
    }

    private boolean isOver(Sending current) {
        try {
            while (current.sent < current.octets.length) {
                int piece = Math.min(current.octets.length - current.sent, pace.pieceBytes());
                if (!pace.tryTake(piece)) {
                    return false;
                }
                request.send(slice(current.octets, current.sent, piece));
                current.sent += piece;
            }
        } catch (IOException e) {
            current.failure = e;
        }
        return true;
    }

    private static byte[] slice(byte[] octets, int from, int count) {
        return from == 0 && count == octets.length ? octets : Arrays.copyOfRange(octets, from, from + count);
    }
}
