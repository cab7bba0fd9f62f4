package dev.lurcher.broker.zmtp;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a bound endpoint is to the peers that connect to it. */
public sealed interface Role {
    /**
     * Hands out requests: PUSH to PULL peers, and ROUTER to DEALER peers.
     *
     * @param acceptDealer whether DEALER peers may connect
     */
    record Requests(boolean acceptDealer) implements Role {}

    /** Takes replies: SUB to PUB and XPUB peers. */
    final class Replies implements Role {
        private final byte[] subscription;

        /** @param subscription the prefix of the messages wanted, any bytes; empty takes everything */
        public Replies(byte[] subscription) {
            this.subscription = subscription.clone();
        }

        /** The prefix of the messages wanted; a copy. */
        public byte[] subscription() {
            return subscription.clone();
        }
    }

    /** Answers: REP to REQ and DEALER peers. A message is its route, an empty frame, and the content; see {@link PeerListener}. */
    record Control() implements Role {}

    /** The types of peers that may connect. */
    default List<SocketType> accepted() {
        return switch (this) {
            case Requests requests ->
                requests.acceptDealer() ? List.of(SocketType.PULL, SocketType.DEALER) : List.of(SocketType.PULL);
            case Replies replies -> List.of(SocketType.PUB, SocketType.XPUB);
            case Control control -> List.of(SocketType.REQ, SocketType.DEALER);
        };
    }

    /** The same for a sentence: {@code PULL or DEALER}. */
    default String acceptedShown() {
        return accepted().stream().map(SocketType::name).collect(Collectors.joining(" or "));
    }

    /** The type that the endpoint names to a peer of the given type, or null when that peer does not fit. */
    default @Nullable SocketType towards(SocketType peer) {
        if (!accepted().contains(peer)) {
            return null;
        }
        return switch (this) {
            case Requests requests -> peer == SocketType.PULL ? SocketType.PUSH : SocketType.ROUTER;
            case Replies replies -> SocketType.SUB;
            case Control control -> SocketType.REP;
        };
    }
}
