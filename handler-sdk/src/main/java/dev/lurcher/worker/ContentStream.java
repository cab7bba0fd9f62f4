package dev.lurcher.worker;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The content of a request that comes part by part. One thread reads, and waits for what has not come; the one that owns the
 * sockets adds. The broker is asked for more as it is read, so that no more than a window is here.
 */
final class ContentStream extends InputStream {
    private static final int WINDOW_BYTES = 256 * 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<byte[]> parts = new ArrayDeque<>();
    private final LongConsumer grant;
    private byte[] part;
    private int position;
    /** What was read and not granted again. */
    private long ungrantedBytes = WINDOW_BYTES;

    private boolean complete;
    private @Nullable String broken;

    /** @param grant has the broker send so many bytes more */
    ContentStream(byte[] first, LongConsumer grant) {
        this.part = first;
        this.grant = grant;
    }

    void add(byte[] bytes, boolean last) {
        lock.lock();
        try {
            parts.add(bytes);
            complete |= last;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The rest will not come. */
    void end(String why) {
        lock.lock();
        try {
            if (!complete) {
                broken = why;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int count) throws IOException {
        Objects.checkFromIndexSize(offset, count, target.length);
        if (count == 0) {
            return 0;
        }
        while (position == part.length) {
            byte[] next = next();
            if (next == null) {
                return -1;
            }
            part = next;
            position = 0;
        }
        int copied = Math.min(count, part.length - position);
        System.arraycopy(part, position, target, offset, copied);
        position += copied;
        return copied;
    }

    @Override
    public int available() {
        return part.length - position;
    }

    /** The next part, or null at the end. What is asked of the broker is asked before waiting for it. */
    private byte @Nullable [] next() throws IOException {
        ask();
        lock.lock();
        try {
            while (parts.isEmpty() && !complete && broken == null) {
                changed.await();
            }
            byte[] next = parts.poll();
            if (next == null && broken != null) {
                throw new IOException(broken);
            }
            ungrantedBytes += next == null ? 0 : next.length;
            return next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while content was awaited");
        } finally {
            lock.unlock();
        }
    }

    private void ask() {
        long bytes = due();
        if (bytes > 0) {
            grant.accept(bytes);
        }
    }

    /** What is to be granted now; 0 while that would be little. */
    private long due() {
        lock.lock();
        try {
            long bytes = complete || broken != null || ungrantedBytes < WINDOW_BYTES / 2 ? 0 : ungrantedBytes;
            ungrantedBytes -= bytes;
            return bytes;
        } finally {
            lock.unlock();
        }
    }
}
