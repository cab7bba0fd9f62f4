package dev.lurcher.broker.zmtp;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What has happened at one listener since it was bound. May be read from any thread. */
public final class ZmtpCounters {
    /** What is counted. */
    public enum Event {
        /** Connections accepted. */
        ACCEPTED,
        /** Handshakes completed. */
        READY,
        /** Refused: something else than a ZMTP greeting arrived. */
        NOT_ZMTP,
        /** Refused: the peer speaks ZMTP 1.0 or 2.0. */
        OLD_VERSION,
        /** Refused: the peer wants another security mechanism. */
        WRONG_MECHANISM,
        /** Refused: the peer's key, or its user and password, are not on the list. */
        NOT_ADMITTED,
        /** Refused: the peer's socket type does not fit. */
        UNFIT_SOCKET,
        /** Refused: no well-formed READY followed the greeting. */
        BAD_HANDSHAKE,
        /** Refused: the handshake was not complete in time. */
        HANDSHAKE_TIMEOUT,
        /** Refused: as many peers as allowed were connected. */
        TOO_MANY_PEERS,
        /** Refused: another user's process on a Unix socket. */
        FOREIGN_USER,
        /** Connections that ended by themselves before the handshake was complete. */
        ABANDONED,
        /** Peers dropped because they were silent. */
        HEARTBEAT_TIMEOUT,
        /** Peers dropped because a frame's header claimed more than is allowed. */
        OVERSIZE,
        /** Peers dropped because what they sent after the handshake was not ZMTP. */
        PROTOCOL_ERROR,
        /** Messages dropped because they do not match the subscription. */
        UNSUBSCRIBED,
        /** Failures to accept a connection, as when no file descriptor is left. */
        ACCEPT_ERROR
    }

    private final Map<Event, LongAdder> events = new EnumMap<>(Event.class);
    private final AtomicInteger peers = new AtomicInteger();

    ZmtpCounters() {
        for (Event event : Event.values()) {
            events.put(event, new LongAdder());
        }
    }

    /** How often it has happened. */
    public long count(Event event) {
        return adder(event).sum();
    }

    /** Peers that have completed the handshake and are connected now. */
    public int peers() {
        return peers.get();
    }

    void add(Event event) {
        adder(event).increment();
    }

    void peerCame() {
        peers.incrementAndGet();
    }

    void peerWent() {
        peers.decrementAndGet();
    }

    @SuppressWarnings("NullAway") // every event has its adder since construction
    private LongAdder adder(Event event) {
        return events.get(event);
    }
}
