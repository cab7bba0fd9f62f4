package dev.lurcher.broker.websocket;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Follows the frames that a worker writes, whose bytes may be cut anywhere: so that what the broker has to say does not come
 * to stand inside one of them, and so that whole messages can be compressed on their way.
 * <p>Not thread-safe.
 */
public final class FrameFollower {
    private static final int LEAST_COMPRESSED_BYTES = 64;

    private final @Nullable Deflation deflation;

    /** Octets of the present header so far. */
    private final byte[] header = new byte[14];

    private int headerLength;
    /** Octets of the present payload still to come. */
    private long rest;

    private boolean closeSeen;

    /** @param compressing whether what the worker writes is compressed where that pays */
    public FrameFollower(boolean compressing) {
        deflation = compressing ? Deflation.ofThisThread() : null;
    }

    /** Whether the bytes so far end with a frame. */
    public boolean isBetweenFrames() {
        return headerLength == 0 && rest == 0;
    }

    /** Whether the worker has begun to send a close frame. */
    public boolean hasClosed() {
        return closeSeen;
    }

    /**
     * Looks at the next bytes.
     *
     * @return what to send in their place; the caller owns it
     */
    public ByteBuf pass(ByteBuf buffer, int index, int length) {
        int end = index + length;
        ByteBuf out = null;
        int kept = index;
        int at = index;
        while (at < end) {
            if (rest > 0) {
                int taken = (int) Math.min(rest, end - at);
                rest -= taken;
                at += taken;
                continue;
            }
            int begin = at - headerLength;
            header[headerLength++] = buffer.getByte(at++);
            if (headerLength < headerBytes()) {
                continue;
            }
            endOfHeader();
            ByteBuf compressed = begin < index || rest > end - at ? null : compressed(buffer, at);
            if (compressed != null) {
                out = out == null ? buffer.alloc().directBuffer(length + 16) : out;
                out.writeBytes(buffer, kept, begin - kept).writeBytes(compressed);
                compressed.release();
                at += (int) rest;
                rest = 0;
                kept = at;
            }
        }
        return out == null ? buffer.retainedSlice(index, length) : out.writeBytes(buffer, kept, end - kept);
    }

    /** How long the header is, as far as it is known. */
    private int headerBytes() {
        if (headerLength < 2) {
            return 2;
        }
        int length = header[1] & 0x7f;
        return 2 + (length == 126 ? 2 : length == 127 ? 8 : 0) + (header[1] < 0 ? 4 : 0);
    }

    private void endOfHeader() {
        int length = header[1] & 0x7f;
        rest = length;
        if (length >= 126) {
            rest = 0;
            for (int i = 2; i < (length == 126 ? 4 : 10); i++) {
                rest = rest << 8 | (header[i] & 0xff);
            }
            // More than can ever come: whatever this is, it has no further frames.
            rest = rest < 0 ? Long.MAX_VALUE : rest;
        }
        closeSeen |= (header[0] & Message.OPCODE) == Message.CLOSE;
        headerLength = 0;
    }

    /** The frame whose payload begins here and is all there, compressed; null where that cannot be or does not pay. */
    private @Nullable ByteBuf compressed(ByteBuf buffer, int at) {
        int first = header[0] & 0xff;
        boolean isWhole = first == (Message.FIN | Message.TEXT) || first == (Message.FIN | Message.BINARY);
        if (deflation == null || !isWhole || header[1] < 0 || rest < LEAST_COMPRESSED_BYTES) {
            return null;
        }
        byte[] payload = new byte[(int) rest];
        buffer.getBytes(at, payload);
        byte[] small = deflation.compress(payload);
        return small.length >= payload.length
                ? null
                : Frames.frame(buffer.alloc(), first | Message.RSV1, small, small.length);
    }
}
