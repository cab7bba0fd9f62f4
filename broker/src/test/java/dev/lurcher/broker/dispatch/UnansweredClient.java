package dev.lurcher.broker.dispatch;

import dev.lurcher.protocol.ExtendedReply;
import io.netty.buffer.ByteBuf;

/** A client to whom no worker writes: that its answers begin and end, it is told by other ways. */
interface UnansweredClient extends Client {
    @Override
    default boolean servedBy(HandlerPool asking) {
        return true;
    }

    @Override
    default void onReply(ByteBuf buffer, int index, int length) {
        throw new AssertionError("nobody replies");
    }

    @Override
    default void onCloseAsked() {
        throw new AssertionError("nobody asks");
    }

    @Override
    default void onExtended(ExtendedReply asked) {
        throw new AssertionError("nobody asks");
    }
}
