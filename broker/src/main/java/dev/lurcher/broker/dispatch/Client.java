package dev.lurcher.broker.dispatch;

import dev.lurcher.protocol.ExtendedReply;
import io.netty.buffer.ByteBuf;

/** A client connection as workers see it: a number to which bytes can be sent. All calls on the connection's event loop. */
public interface Client {
    /** Where the connection lives. Any thread. */
    LoopContext context();

    /** Whether this connection has been routed to the pool's handler: only then may its workers write here. */
    boolean servedBy(HandlerPool pool);

    /**
     * A worker sent bytes.
     *
     * @param buffer holds the bytes during the call; retain a slice to keep them
     * @param index  first byte
     * @param length at least 1
     */
    void onReply(ByteBuf buffer, int index, int length);

    /** A worker asked to close this connection, after everything that was sent before. */
    void onCloseAsked();

    /** A worker asks for something else than sending bytes or closing. */
    void onExtended(ExtendedReply asked);

    /**
     * The worker that held the exchange is gone, which may have ended since; or the only one that may have a message takes no
     * more, and that message is lost.
     */
    void onWorkerLost(Exchange exchange);

    /** An operator has taken the exchange out of its queue: it reaches no worker any more. */
    default void onDropped(Exchange exchange) {}

    /** One of these calls has failed, which it never should: ends the connection, and nothing else. */
    default void onFault(RuntimeException fault) {
        throw fault;
    }

    /** A message that had to wait is with a worker now; the next one may be posted. */
    default void onTaken(Exchange message) {}
}
