package dev.lurcher.broker.websocket;

import io.netty.util.concurrent.FastThreadLocal;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Expands compressed messages (RFC 7692, 7.2.2). Each message stands for itself ({@code client_no_context_takeover}), so that
 * all WebSockets of a thread share one inflater, and an idle one costs nothing.
 */
final class Inflation {
    private static final FastThreadLocal<Inflater> INFLATER = new FastThreadLocal<>() {
        @Override
        protected Inflater initialValue() {
            return new Inflater(true);
        }

        @Override
        protected void onRemoval(Inflater inflater) {
            inflater.end();
        }
    };

    /** What the sender has left out at the end of each message. */
    private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};

    private static final int LEAST_BYTES = 256;

    private final int mostBytes;

    /** @param mostBytes longest message, expanded */
    Inflation(int mostBytes) {
        this.mostBytes = mostBytes;
    }

    /**
     * Expands one message, and no further than it may go.
     *
     * @throws WebSocketException TOO_BIG or INVALID_DATA
     */
    byte[] expand(byte[] compressed) {
        Inflater inflater = INFLATER.get();
        inflater.reset();
        byte[] out = new byte[Math.min(mostBytes, Math.max(LEAST_BYTES, compressed.length * 2))];
        int size = 0;
        try {
            inflater.setInput(compressed);
            boolean tail = false;
            while (true) {
                if (size == out.length) {
                    out = grown(out);
                }
                int count = inflater.inflate(out, size, Math.min(out.length, mostBytes + 1) - size);
                size += count;
                if (size > mostBytes) {
                    throw FrameReader.tooBig("a message", mostBytes, "message");
                } else if (inflater.finished() || (count == 0 && inflater.needsInput() && tail)) {
                    return Arrays.copyOf(out, size);
                } else if (inflater.needsDictionary()) {
                    throw new DataFormatException();
                } else if (inflater.needsInput() && !tail) {
                    tail = true;
                    inflater.setInput(TAIL);
                }
            }
        } catch (DataFormatException e) {
            throw new WebSocketException(CloseCode.INVALID_DATA, "a compressed message cannot be expanded");
        }
    }

    private byte[] grown(byte[] out) {
        return Arrays.copyOf(out, (int) Math.min(mostBytes + 1L, out.length * 2L));
    }
}
