package dev.lurcher.broker.zmtp;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * The place that a connection takes among the peers of its endpoint. Where all are taken, those make room that do nothing with
 * theirs: connections that have not finished their handshake, and, where the endpoint answers questions, peers that ask none.
 * A worker keeps its place however long it says nothing.
 * <p>Thread: any.
 */
final class Place {
    private final boolean lapses;
    private volatile boolean earned;
    private volatile boolean given;
    private volatile long sinceNanos = System.nanoTime();

    /** A place that is not earned yet. */
    Place(Role role) {
        lapses = role instanceof Role.Control;
    }

    /** The handshake is complete. */
    void earn() {
        sinceNanos = System.nanoTime();
        earned = true;
    }

    /** The peer has sent a message. */
    void use() {
        if (lapses) {
            sinceNanos = System.nanoTime();
        }
    }

    /**
     * Who makes room for the next one: those in their handshake first, of each kind the one that has waited longest. Nobody is
     * named twice. One thread at a time.
     */
    static Optional<PeerConnection> toGo(Collection<PeerConnection> all) {
        long now = System.nanoTime();
        Optional<PeerConnection> first = all.stream()
                .filter(connection -> connection.place().mayGo())
                .min(Comparator.comparing((PeerConnection connection) -> connection.place().earned)
                        .thenComparingLong(connection -> connection.place().sinceNanos - now));
        first.ifPresent(connection -> connection.place().given = true);
        return first;
    }

    private boolean mayGo() {
        return !given && (lapses || !earned);
    }
}
