package dev.lurcher.worker.servlet;

import dev.lurcher.worker.Request;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.content.AsyncContent;
import org.eclipse.jetty.util.Callback;

/**
 * The content of a request that comes part by part. As the application releases what it has read, more is asked for, so no
 * more than a window of it is here. Written by the thread that serves, read by the application's.
 */
final class PartedContent implements Content.Source {
    private static final long WINDOW_BYTES = 256 * 1024;

    private final AsyncContent content = new AsyncContent();
    private final AtomicLong released = new AtomicLong();
    private final Request request;

    /** Begins with the first part, which came with the request. */
    PartedContent(Request request) {
        this.request = request;
        add(request.content(), false);
        request.grant(WINDOW_BYTES);
    }

    /** The next part has come. */
    void add(byte[] part, boolean last) {
        content.write(last, ByteBuffer.wrap(part), Callback.from(() -> onReleased(part.length), failure -> {}));
    }

    @Override
    public Content.Chunk read() {
        return content.read();
    }

    @Override
    public void demand(Runnable demandCallback) {
        content.demand(demandCallback);
    }

    @Override
    public void fail(Throwable failure) {
        content.fail(failure);
    }

    private void onReleased(int bytes) {
        long sum = released.addAndGet(bytes);
        if (sum >= WINDOW_BYTES / 2 && released.compareAndSet(sum, 0)) {
            request.grant(sum);
        }
    }
}
