package dev.lurcher.broker.http;

import dev.lurcher.broker.dispatch.Exchange;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Collects the content of one request into one array. Memory follows what has arrived, not what was announced, and counts
 * against what all requests may have until {@link #release}.
 * <p>Thread: the channel's event loop.
 */
final class ContentBuffer {
    private static final int TRUSTED_BYTES = 16 * 1024;

    /** What became of bytes. */
    enum Outcome {
        TAKEN,
        /** They would have been more than one request may have. */
        TOO_LARGE,
        /** They would have been more than all requests together may have. */
        NO_MEMORY
    }

    private final int maxBytes;
    private ContentMemory memory;
    private byte[] bytes = Exchange.NO_CONTENT;
    private int size;
    private long announced;
    private int reserved;

    /** Creates an empty buffer for contents of at most {@code maxBytes}. */
    ContentBuffer(int maxBytes, ContentMemory memory) {
        this.maxBytes = maxBytes;
        this.memory = memory;
    }

    /**
     * Makes ready for the next content.
     *
     * @param announcedBytes Content-Length, or -1 when the client did not say
     * @param from where its memory comes from
     */
    void start(long announcedBytes, ContentMemory from) {
        memory = from;
        announced = announcedBytes;
    }

    /** Takes all that is readable, or nothing. */
    Outcome append(ByteBuf content) {
        int length = content.readableBytes();
        if (length > maxBytes - size) {
            return Outcome.TOO_LARGE;
        }
        if (bytes.length < size + length) {
            int room = room(size + length);
            if (!memory.take(room - bytes.length)) {
                return Outcome.NO_MEMORY;
            }
            reserved += room - bytes.length;
            bytes = Arrays.copyOf(bytes, room);
        }
        content.readBytes(bytes, size, length);
        size += length;
        return Outcome.TAKEN;
    }

    private int room(int needed) {
        if (announced >= needed && announced <= Math.max(TRUSTED_BYTES, needed * 2L)) {
            return (int) announced;
        }
        return (int) Math.min(maxBytes, Math.max(needed, Math.min(needed * 2L, Integer.MAX_VALUE - 8)));
    }

    /** The content; the buffer forgets it, but its memory counts on. */
    byte[] take() {
        byte[] taken = bytes.length == size ? bytes : Arrays.copyOf(bytes, size);
        bytes = Exchange.NO_CONTENT;
        size = 0;
        return taken;
    }

    /** The request has ended: its content, here or taken, is not needed any more. */
    void release() {
        bytes = Exchange.NO_CONTENT;
        size = 0;
        if (reserved > 0) {
            memory.giveBack(reserved);
            reserved = 0;
        }
    }
}
