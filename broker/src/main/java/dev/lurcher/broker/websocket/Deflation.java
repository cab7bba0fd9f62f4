package dev.lurcher.broker.websocket;

import io.netty.util.concurrent.FastThreadLocal;
import java.util.Arrays;
import java.util.zip.Deflater;

/**
 * Compresses messages (RFC 7692, 7.2.1), each by itself ({@code server_no_context_takeover}): one deflater for all WebSockets
 * of a thread. Not thread-safe.
 */
final class Deflation {
    private static final FastThreadLocal<Deflation> OF_THREAD = new FastThreadLocal<>() {
        @Override
        protected Deflation initialValue() {
            return new Deflation();
        }

        @Override
        protected void onRemoval(Deflation deflation) {
            deflation.deflater.end();
        }
    };

    /** What the receiver puts back at the end of each message. */
    private static final int TAIL_BYTES = 4;

    private static final int SPARE_BYTES = 64;

    private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);

    private Deflation() {}

    static Deflation ofThisThread() {
        return OF_THREAD.get();
    }

    /** The message compressed; not shorter than before where that does not pay. */
    byte[] compress(byte[] plain) {
        deflater.reset();
        deflater.setInput(plain);
        byte[] out = new byte[plain.length + SPARE_BYTES];
        int size = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
        // What has no room is longer than it was.
        return size == out.length ? plain : Arrays.copyOf(out, size - TAIL_BYTES);
    }
}
