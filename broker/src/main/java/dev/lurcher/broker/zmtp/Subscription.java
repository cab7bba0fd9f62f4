package dev.lurcher.broker.zmtp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/**
 * The messages wanted from one publisher: those whose first frame begins with a prefix. Publishers filter by themselves
 * (RFC 37, "The Publish-Subscribe Pattern"); this is for one that does not.
 * <p>Thread: the connection's event loop.
 */
final class Subscription {
    private final byte[] prefix;
    private final ByteBuf comparable;
    private boolean inside;
    private boolean wanted;

    Subscription(byte[] prefix) {
        this.prefix = prefix;
        this.comparable = Unpooled.wrappedBuffer(prefix);
    }

    /** What to subscribe to. */
    byte[] prefix() {
        return prefix;
    }

    /** Whether the message begins here. */
    boolean isAtStart() {
        return !inside;
    }

    /** Whether the message to which this frame belongs is wanted. To be asked once for each frame, in order. */
    boolean wants(ByteBuf buffer, int index, int length, boolean more) {
        if (!inside) {
            wanted = length >= prefix.length && ByteBufUtil.equals(comparable, 0, buffer, index, prefix.length);
        }
        inside = more;
        return wanted;
    }
}
