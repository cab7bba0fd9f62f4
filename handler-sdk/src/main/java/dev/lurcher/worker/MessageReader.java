package dev.lurcher.worker;

import dev.lurcher.protocol.ProtocolException;
import dev.lurcher.protocol.RequestMessage;
import dev.lurcher.protocol.RequestReader;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what brokers send, and tells of what is broken, at most once a second. Belongs to the thread that owns the sockets. */
final class MessageReader {
    private static final Logger LOG = LoggerFactory.getLogger(MessageReader.class);
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private long broken;
    private long toldAtNanos = System.nanoTime() - PAUSE_NANOS;

    /** The message, or null if it is none. */
    @Nullable
    RequestMessage read(byte[] frame) {
        try {
            return RequestReader.read(frame);
        } catch (ProtocolException e) {
            broken++;
            if (System.nanoTime() - toldAtNanos >= PAUSE_NANOS) {
                toldAtNanos = System.nanoTime();
                LOG.warn("Dropped a message that is no request ({} so far): {}", broken, e.getMessage());
            }
            return null;
        }
    }
}
