package dev.lurcher.broker.zmtp;

import dev.lurcher.broker.loop.EventLoops;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A bound endpoint and its peers. */
public final class ZmtpListener {
    private final Endpoint endpoint;
    private final ZmtpCounters counters = new ZmtpCounters();

    private ZmtpListener(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    /**
     * Binds an endpoint and accepts peers on all event loops in turn. May block for a moment: a name is resolved, a Unix
     * socket's path looked at.
     *
     * @return fails with {@link ZmtpException} UNKNOWN_HOST, ADDRESS_IN_USE, NOT_A_SOCKET or CANNOT_BIND
     */
    public static CompletionStage<ZmtpListener> bind(
            EventLoops loops, Endpoint endpoint, Role role, PeerListener listener, ZmtpSettings settings) {
        return CompletableFuture.completedStage(new ZmtpListener(endpoint));
    }

    /** Where it is bound, with the port that was taken when 0 was asked for. */
    public Endpoint endpoint() {
        return endpoint;
    }

    /** What has happened since. */
    public ZmtpCounters counters() {
        return counters;
    }

    /** Stops accepting and ends each peer after what was sent to it has left. Done when all are gone. */
    public CompletionStage<Void> close() {
        return CompletableFuture.completedStage(null);
    }
}
