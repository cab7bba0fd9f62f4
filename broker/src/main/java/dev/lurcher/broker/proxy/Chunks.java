package dev.lurcher.broker.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;

/** Writes content in chunks (RFC 9112, 7.1). */
public final class Chunks {
    /** Up to here it is cheaper to copy than to send in three pieces. */
    private static final int SMALL_BYTES = 1024;

    private static final int MOST_FRAME_BYTES = 12;
    private static final ByteBuf CRLF = Unpooled.unreleasableBuffer(
                    Unpooled.directBuffer(2).writeBytes(new byte[] {'\r', '\n'}))
            .asReadOnly();
    private static final ByteBuf LAST = Unpooled.unreleasableBuffer(
                    Unpooled.directBuffer(5).writeBytes("0\r\n\r\n".getBytes(US_ASCII)))
            .asReadOnly();

    private Chunks() {}

    /** One chunk of the data, which it takes over and of which there must be some. */
    public static ByteBuf of(ByteBufAllocator allocator, ByteBuf data) {
        int bytes = data.readableBytes();
        boolean copied = bytes <= SMALL_BYTES;
        ByteBuf start = allocator.directBuffer(copied ? bytes + MOST_FRAME_BYTES : MOST_FRAME_BYTES);
        start.writeCharSequence(Integer.toHexString(bytes), US_ASCII);
        start.writeByte('\r').writeByte('\n');
        if (copied) {
            start.writeBytes(data).writeByte('\r').writeByte('\n');
            data.release();
            return start;
        }
        return allocator.compositeDirectBuffer(3).addComponents(true, start, data, CRLF.duplicate());
    }

    /** The end of content without trailers. */
    static ByteBuf last() {
        return LAST.duplicate();
    }
}
