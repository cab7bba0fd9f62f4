package dev.lurcher.worker;

import org.zeromq.ZEvent;
import org.zeromq.ZMonitor;

/** Knows whether a socket is connected. Told so by the library's I/O thread, asked by the thread that owns the socket. */
final class Watch implements ZEvent.ZEventConsummer {
    private volatile boolean connected;
    private volatile long lastNanos = System.nanoTime();

    @Override
    public void consume(ZEvent event) {
        ZMonitor.Event kind = event.getEvent();
        if (kind == ZMonitor.Event.CONNECTED) {
            connected = true;
        } else if (kind == ZMonitor.Event.DISCONNECTED || kind == ZMonitor.Event.CLOSED) {
            connected = false;
        }
        lastNanos = System.nanoTime();
    }

    boolean isConnected() {
        return connected;
    }

    /** Whether the socket is neither connected nor trying to: after a peer that speaks no ZMTP the library gives up. */
    boolean hasGivenUp(long patienceNanos) {
        return !connected && System.nanoTime() - lastNanos > patienceNanos;
    }
}
