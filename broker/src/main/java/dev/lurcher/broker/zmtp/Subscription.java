package dev.lurcher.broker.zmtp;

import dev.lurcher.broker.zmtp.ZmtpCounters.Event;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/**
 * The messages wanted from one publisher: those whose first frame begins with a prefix. Publishers filter by themselves
 * (RFC 37, "The Publish-Subscribe Pattern"); this is for one that does not. Counts the messages that are not wanted.
 * <p>Thread: the connection's event loop.
 */
final class Subscription {
    private final int prefixBytes;
    private final ByteBuf prefix;
    private final ZmtpCounters counters;
    private boolean inside;
    private boolean wanted;

    Subscription(byte[] prefix, ZmtpCounters counters) {
        this.counters = counters;
        this.prefixBytes = prefix.length;
        this.prefix = Unpooled.wrappedBuffer(prefix);
    }

    /** Whether the message to which this frame belongs is wanted. To be asked once for each frame, in order. */
    boolean wants(ByteBuf buffer, int index, int length, boolean more) {
        if (!inside) {
            wanted = length >= prefixBytes && ByteBufUtil.equals(prefix, 0, buffer, index, prefixBytes);
            if (!wanted) {
                counters.add(Event.UNSUBSCRIBED);
            }
        }
        inside = more;
        return wanted;
    }
}
