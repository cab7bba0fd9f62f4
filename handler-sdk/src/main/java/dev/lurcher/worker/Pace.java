package dev.lurcher.worker;

import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** How fast one answer may be sent: the credit of its client. Any thread; one takes. */
final class Pace {
    private static final int PIECE_BYTES = 16 * 1024;
    /** Mongrel2 cuts a client for whom more than 16 messages wait, of whatever size. */
    private static final int UNPACED_PIECE_BYTES = 64 * 1024;

    /** What a piece of content is wrapped in, at most. */
    private static final int WRAPPING_BYTES = 16;

    // No monitor: a virtual thread of an older JDK would hold its carrier while it waits.
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final long windowBytes;
    private long creditBytes;
    private @Nullable String ended;
    private boolean stopping;
    private volatile @Nullable Runnable listener;

    /** @param windowBytes the credit to begin with; 0 for no pacing */
    Pace(long windowBytes) {
        this.windowBytes = windowBytes;
        this.creditBytes = windowBytes;
    }

    /** The size of pieces: they fit twice into the window, since brokers credit in steps of half of it. */
    int pieceBytes() {
        return windowBytes == 0
                ? UNPACED_PIECE_BYTES
                : (int) Math.max(1, Math.min(PIECE_BYTES, windowBytes / 2 - WRAPPING_BYTES));
    }

    /**
     * Takes credit, waits for it if need be. What is larger than half the window (a head may be) is let through with that.
     *
     * @throws IOException if there is nobody to send to
     * @throws InterruptedException if this thread is asked to end
     */
    void take(int bytes) throws IOException, InterruptedException {
        lock.lock();
        try {
            while (!takeIfThere(bytes)) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes credit if it is there; what is larger as in {@link #take}.
     *
     * @return false if the client is behind: nothing was taken
     * @throws IOException if there is nobody to send to
     */
    boolean tryTake(int bytes) throws IOException {
        lock.lock();
        try {
            return takeIfThere(bytes);
        } finally {
            lock.unlock();
        }
    }

    /** Has one listener told, by whoever brings the news, that there is more credit or that this has ended. */
    void listen(Runnable listener) {
        this.listener = listener;
    }

    void add(long bytes) {
        lock.lock();
        try {
            creditBytes += bytes;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        tell();
    }

    /** Nobody is left to send to. */
    void end(String why) {
        lock.lock();
        try {
            ended = why;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        tell();
    }

    boolean isEnded() {
        lock.lock();
        try {
            return ended != null;
        } finally {
            lock.unlock();
        }
    }

    /** The worker is about to stop. */
    void stop() {
        lock.lock();
        try {
            stopping = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether there is somebody to send to, and the worker is not about to stop. */
    boolean isOpen() {
        lock.lock();
        try {
            return ended == null && !stopping;
        } finally {
            lock.unlock();
        }
    }

    /** Whether a little could be sent without waiting. */
    boolean hasRoom() {
        lock.lock();
        try {
            return windowBytes == 0 || creditBytes > windowBytes / 2;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until it is not {@link #isOpen} any more. */
    void awaitEnd() throws InterruptedException {
        lock.lock();
        try {
            while (ended == null && !stopping) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean takeIfThere(int bytes) throws IOException {
        if (ended != null) {
            throw new IOException(ended);
        }
        if (creditBytes < Math.min(bytes, windowBytes / 2)) {
            return false;
        }
        if (windowBytes > 0) {
            creditBytes -= bytes;
        }
        return true;
    }

    private void tell() {
        Runnable told = listener;
        if (told != null) {
            told.run();
        }
    }
}
