package dev.lurcher.worker.httpserver;

import dev.lurcher.worker.Request;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * The content of a request that comes part by part: as it is read more is asked for, so no more than a window of it is here.
 * Written by the thread that serves, read by one other.
 */
final class PartedInput extends InputStream {
    private static final long WINDOW_BYTES = 256 * 1024;
    /** The last parts; known by identity. */
    private static final byte[] END = {};

    private static final byte[] GONE = {};

    private final Request request;
    private final Consumer<PartedInput> onClose;
    private final BlockingQueue<byte[]> parts = new LinkedBlockingQueue<>();
    private byte[] part;
    private int position;
    private long read;
    private volatile boolean closed;

    /** Begins with the first part, which came with the request. */
    PartedInput(Request request, Consumer<PartedInput> onClose) {
        this.request = request;
        this.onClose = onClose;
        this.part = request.content();
        request.grant(WINDOW_BYTES);
    }

    /** The next part has come. */
    void add(byte[] content, boolean last) {
        if (!closed) {
            parts.add(content);
            if (last) {
                parts.add(END);
            }
        }
    }

    /** No further one will. */
    void fail() {
        parts.add(GONE);
    }

    @Override
    public int read() throws IOException {
        byte[] octet = new byte[1];
        return read(octet, 0, 1) < 0 ? -1 : octet[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
        Objects.checkFromIndexSize(offset, count, into.length);
        if (count == 0) {
            return 0;
        }
        if (!advance()) {
            return -1;
        }
        int copied = Math.min(count, part.length - position);
        System.arraycopy(part, position, into, offset, copied);
        position += copied;
        return copied;
    }

    @Override
    public int available() {
        return part.length - position;
    }

    @Override
    public void close() {
        closed = true;
        onClose.accept(this);
    }

    /** Goes to a part of which something is left; false at the end. */
    private boolean advance() throws IOException {
        while (position == part.length) {
            if (closed) {
                throw new IOException("Stream is closed");
            }
            if (part == END) {
                return false;
            }
            if (part == GONE) {
                throw new IOException("the client is gone");
            }
            grant(part.length);
            try {
                part = parts.take();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while the content of " + request + " was coming");
            }
            position = 0;
        }
        return true;
    }

    private void grant(int bytes) {
        read += bytes;
        if (read >= WINDOW_BYTES / 2) {
            request.grant(read);
            read = 0;
        }
    }
}
