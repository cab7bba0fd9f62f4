package dev.lurcher.broker.http;

import dev.lurcher.broker.websocket.FrameReader;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The memory that contents of requests, and messages that are not whole, may take up: all together, or those of one handler. Any thread. */
final class ContentMemory implements FrameReader.Memory {
    private final @Nullable ContentMemory whole;
    private final long mostBytes;
    private final AtomicLong taken = new AtomicLong();

    /** @param mostBytes see setting {@code limits.content_memory} */
    ContentMemory(long mostBytes) {
        this(null, mostBytes);
    }

    private ContentMemory(@Nullable ContentMemory whole, long mostBytes) {
        this.whole = whole;
        this.mostBytes = mostBytes;
    }

    /** What one of several handlers may have of this: half, so that a handler in trouble leaves some for the others. */
    ContentMemory share() {
        return new ContentMemory(this, mostBytes / 2);
    }

    /** Takes so many bytes more; false, taking none, when there are not so many left. */
    @Override
    public boolean take(long bytes) {
        if (taken.addAndGet(bytes) <= mostBytes && (whole == null || whole.take(bytes))) {
            return true;
        }
        taken.addAndGet(-bytes);
        return false;
    }

    @Override
    public void giveBack(long bytes) {
        taken.addAndGet(-bytes);
        if (whole != null) {
            whole.giveBack(bytes);
        }
    }
}
