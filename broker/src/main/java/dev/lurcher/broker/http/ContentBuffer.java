package dev.lurcher.broker.http;

import dev.lurcher.broker.dispatch.Exchange;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Collects the content of one request into one array. Memory follows what has arrived, not what was announced.
 * <p>Thread: the channel's event loop.
 */
final class ContentBuffer {
    private static final int TRUSTED_BYTES = 16 * 1024;

    private final int maxBytes;
    private byte[] bytes = Exchange.NO_CONTENT;
    private int size;
    private long announced;

    /** Creates an empty buffer for contents of at most {@code maxBytes}. */
    ContentBuffer(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * Starts over.
     *
     * @param announcedBytes Content-Length, or -1 when the client did not say
     */
    void reset(long announcedBytes) {
        bytes = Exchange.NO_CONTENT;
        size = 0;
        announced = announcedBytes;
    }

    /** Takes what is readable; false, taking nothing, when that would be more than the limit. */
    boolean append(ByteBuf content) {
        int length = content.readableBytes();
        if (length > maxBytes - size) {
            return false;
        }
        if (bytes.length < size + length) {
            bytes = Arrays.copyOf(bytes, room(size + length));
        }
        content.readBytes(bytes, size, length);
        size += length;
        return true;
    }

    private int room(int needed) {
        if (announced >= needed && announced <= Math.max(TRUSTED_BYTES, needed * 2L)) {
            return (int) announced;
        }
        return (int) Math.min(maxBytes, Math.max(needed, Math.min(needed * 2L, Integer.MAX_VALUE - 8)));
    }

    /** Bytes so far. */
    int size() {
        return size;
    }

    /** The content; the buffer forgets it. */
    byte[] take() {
        byte[] taken = bytes.length == size ? bytes : Arrays.copyOf(bytes, size);
        bytes = Exchange.NO_CONTENT;
        size = 0;
        return taken;
    }
}
