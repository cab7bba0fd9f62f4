package dev.lurcher.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/** Replies on their way from other threads to the one that owns the sockets, and the bell that wakes it. */
final class Outbox {
    private final Queue<Parcel> parcels = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean asleep = new AtomicBoolean();
    private final ByteBuffer drain = ByteBuffer.allocate(64);
    private final Pipe bell;
    private volatile boolean stopped;
    private volatile boolean woken;
    private volatile boolean alarmed;

    private static final class Parcel {
        final int broker;
        final byte[] frame;

        Parcel(int broker, byte[] frame) {
            this.broker = broker;
            this.frame = frame;
        }
    }

    Outbox() {
        try {
            bell = Pipe.open();
            bell.source().configureBlocking(false);
            bell.sink().configureBlocking(false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Any thread. */
    void put(int broker, byte[] frame) {
        parcels.add(new Parcel(broker, frame));
        wake();
    }

    /** Any thread: asks the owner to stop. */
    void stop() {
        stopped = true;
        wake();
    }

    boolean isStopped() {
        return stopped;
    }

    /** Any thread: ends the owner's sleep, or keeps it from falling asleep. */
    void wake() {
        woken = true;
        if (asleep.getAndSet(false)) {
            try {
                bell.sink().write(ByteBuffer.wrap(new byte[1]));
            } catch (IOException e) {
                // The owner has closed the bell: it is awake.
            }
        }
    }

    /** Any thread: wakes the owner to look after its sockets. */
    void alarm() {
        alarmed = true;
        wake();
    }

    /** Owner: forgets having been woken, and now looks what for; true if it was for the sockets. */
    boolean answer() {
        if (!woken) {
            return false;
        }
        woken = false;
        boolean result = alarmed;
        alarmed = false;
        return result;
    }

    /** Owner: hands over everything that has come. */
    void empty(Outgoing out) {
        for (Parcel parcel = parcels.poll(); parcel != null; parcel = parcels.poll()) {
            out.send(parcel.broker, parcel.frame);
        }
    }

    /** Owner: what becomes readable when another thread wakes it. */
    SelectableChannel bell() {
        return bell.source();
    }

    /** Owner: announces sleep; false if it was woken since {@link #answer}. */
    boolean fallAsleep() {
        asleep.set(true);
        return !woken;
    }

    /** Owner: is awake. */
    void rise() {
        asleep.set(false);
    }

    /** Owner: the bell has been heard. */
    void silence() {
        try {
            while (bell.source().read(drain) > 0) {
                drain.clear();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void close() {
        try {
            bell.sink().close();
            bell.source().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
