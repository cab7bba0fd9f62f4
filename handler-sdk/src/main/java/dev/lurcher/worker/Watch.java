package dev.lurcher.worker;

import java.util.concurrent.TimeUnit;
import org.zeromq.ZEvent;
import org.zeromq.ZMonitor;

/** Knows how a socket's connection fares. Told so by the library's I/O thread, asked by the thread that owns the socket. */
final class Watch implements ZEvent.ZEventConsummer {
    /** Longer than the pause between two tries of the library. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(7);

    private static final long PATIENCE_NO_ADDRESS_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int PATIENCE_HANDSHAKES = 3;

    private final Runnable onTurnedAway;
    private volatile boolean connected;
    private volatile boolean everConnected;
    private volatile boolean greeted;
    private volatile int failedHandshakes;
    private volatile boolean noAddress;
    private volatile boolean turnedAway;
    private volatile long lastNanos = System.nanoTime();

    /** Watches without being in a hurry. */
    Watch() {
        this(() -> {});
    }

    /** @param onTurnedAway called by the library's thread when {@link #isTurnedAway} begins to hold */
    Watch(Runnable onTurnedAway) {
        this.onTurnedAway = onTurnedAway;
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer: the library calls this with a lock held
    public void consume(ZEvent event) {
        ZMonitor.Event kind = event.getEvent();
        if (kind == ZMonitor.Event.CONNECTED) {
            connected = true;
            everConnected = true;
            greeted = false;
        } else if (kind == ZMonitor.Event.HANDSHAKE_PROTOCOL) {
            greeted = true;
            failedHandshakes = 0;
        } else if (kind == ZMonitor.Event.DISCONNECTED || kind == ZMonitor.Event.CLOSED) {
            boolean ended = connected && greeted;
            if (connected && !greeted) {
                failedHandshakes++;
            }
            connected = false;
            if (ended) {
                turnedAway = true;
                onTurnedAway.run();
            }
        }
        lastNanos = System.nanoTime();
    }

    /** Whether the other side greeted, and the connection ended then, and nobody has explained that since. */
    boolean isTurnedAway() {
        return turnedAway;
    }

    /** The end of the connection is nothing to wonder about. */
    void explain() {
        turnedAway = false;
    }

    /** The endpoint's host has no address: the library will not try. */
    void onNoAddress() {
        noAddress = true;
    }

    boolean hasNoAddress() {
        return noAddress;
    }

    boolean isConnected() {
        return connected && greeted;
    }

    /** How long nothing has happened to the connection. */
    long quietNanos() {
        return System.nanoTime() - lastNanos;
    }

    /** Whether something listened at the endpoint at any time. */
    boolean hasConnected() {
        return everConnected;
    }

    /** Whether the other side took connections and did not greet, several times without a break. */
    boolean isIgnored() {
        return failedHandshakes >= PATIENCE_HANDSHAKES;
    }

    /** Whether the library gave up, as it does after a peer that breaks the rules: not connected, and not trying. */
    boolean hasGivenUp() {
        long patience = noAddress ? PATIENCE_NO_ADDRESS_NANOS : PATIENCE_NANOS;
        return !connected && quietNanos() > patience;
    }
}
