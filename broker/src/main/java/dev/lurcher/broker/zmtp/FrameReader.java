package dev.lurcher.broker.zmtp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of bytes into frames. Frames that are whole in what was read are told where they lie, without a copy; what
 * is left at the end is kept in a buffer that grows with the bytes that arrive, never with the size that a header claims.
 * <pre>
 *   frame = flags size content
 *   flags = one octet, see {@link Frames}; MORE and COMMAND exclude each other
 *   size  = OCTET, or 8OCTET in network byte order where LONG is set; of the content alone
 * </pre>
 * <p>Thread: the connection's event loop. Allocates nothing for a frame that is whole.
 */
final class FrameReader {
    private static final int LONG_HEADER = 9;
    private static final int SHORT_HEADER = 2;
    private static final int LEAST_REST_BYTES = 512;

    // What frameBytes answers instead of a size.
    private static final long HEADER_INCOMPLETE = -1;
    private static final long REFUSED = -2;

    /** Takes what was read. */
    interface Sink {
        /**
         * One whole frame.
         *
         * @param index where its content begins
         * @param length of its content in bytes
         * @return false to have no more of them
         */
        boolean onFrame(int flags, ByteBuf buffer, int index, int length);

        /** A header claims more than is allowed; nothing more will be read. */
        void onOversize(long claimedBytes, int mostBytes);

        /** A flags octet with a reserved bit, or with MORE on a command; nothing more will be read. */
        void onBadFlags(int flags);
    }

    private final ByteBufAllocator allocator;
    private Sink sink;
    private final int mostCommandBytes;
    private int mostMessageBytes;

    /** The beginning of a frame that is not whole yet. */
    private @Nullable ByteBuf rest;

    /** @param mostCommandBytes largest content of a command; messages are bounded by the same until {@link #allowMessages} */
    FrameReader(ByteBufAllocator allocator, Sink sink, int mostCommandBytes) {
        this.allocator = allocator;
        this.sink = sink;
        this.mostCommandBytes = mostCommandBytes;
        this.mostMessageBytes = mostCommandBytes;
    }

    /** Sets the largest content of a message's frame, in bytes. */
    void allowMessages(int mostBytes) {
        mostMessageBytes = mostBytes;
    }

    /** Has frames told to another sink from the next one on. May be called by the sink that is told. */
    void tellTo(Sink other) {
        sink = other;
    }

    /** Tells every frame that is whole now, and keeps the rest. Takes all of {@code in}, unless the sink has had enough. */
    void read(ByteBuf in) {
        ByteBuf kept = rest;
        if (kept != null && !completeRest(kept, in)) {
            return;
        }
        int at = in.readerIndex();
        int end = in.writerIndex();
        while (at < end) {
            long bytes = frameBytes(in, at, end - at);
            if (bytes == REFUSED) {
                return;
            }
            if (bytes == HEADER_INCOMPLETE || bytes > end - at) {
                keep(in, at, end - at, bytes);
                return;
            }
            if (!tell(in, at, (int) bytes)) {
                return;
            }
            at += (int) bytes;
        }
    }

    /** Lets go of what is kept. */
    void release() {
        ByteBuf kept = rest;
        if (kept != null) {
            rest = null;
            kept.release();
        }
    }

    /** The size of the frame that begins at {@code at}, header included. */
    private long frameBytes(ByteBuf buffer, int at, int available) {
        int flags = buffer.getByte(at);
        if ((flags & ~Frames.KNOWN) != 0
                || (flags & (Frames.MORE | Frames.COMMAND)) == (Frames.MORE | Frames.COMMAND)) {
            sink.onBadFlags(flags & 0xFF);
            return REFUSED;
        }
        boolean isLong = (flags & Frames.LONG) != 0;
        if (available < (isLong ? LONG_HEADER : SHORT_HEADER)) {
            return HEADER_INCOMPLETE;
        }
        long size = isLong ? buffer.getLong(at + 1) : buffer.getUnsignedByte(at + 1);
        int most = (flags & Frames.COMMAND) != 0 ? mostCommandBytes : mostMessageBytes;
        if (size < 0 || size > most) {
            sink.onOversize(size, most);
            return REFUSED;
        }
        return size + (isLong ? LONG_HEADER : SHORT_HEADER);
    }

    private boolean tell(ByteBuf buffer, int at, int bytes) {
        int flags = buffer.getByte(at);
        int header = (flags & Frames.LONG) != 0 ? LONG_HEADER : SHORT_HEADER;
        return sink.onFrame(flags, buffer, at + header, bytes - header);
    }

    private void keep(ByteBuf in, int at, int available, long frameBytes) {
        ByteBuf kept = allocator.directBuffer(roomFor(available, frameBytes));
        kept.writeBytes(in, at, available);
        rest = kept;
    }

    /** Four times what is there, but not more than the frame will need. */
    private static int roomFor(int available, long frameBytes) {
        int generous = (int) Math.min(Math.max(LEAST_REST_BYTES, available * 4L), Integer.MAX_VALUE - 64);
        return frameBytes == HEADER_INCOMPLETE ? generous : (int) Math.min(generous, frameBytes);
    }

    /** Adds to the kept frame what belongs to it and tells it when it is whole. Returns whether there may be more to read. */
    private boolean completeRest(ByteBuf kept, ByteBuf in) {
        long bytes = frameBytes(kept, 0, kept.writerIndex());
        if (bytes == HEADER_INCOMPLETE) {
            boolean isLong = (kept.getByte(0) & Frames.LONG) != 0;
            fill(kept, in, isLong ? LONG_HEADER : SHORT_HEADER);
            bytes = frameBytes(kept, 0, kept.writerIndex());
        }
        if (bytes < 0) {
            return false;
        }
        fill(kept, in, bytes);
        if (kept.writerIndex() < bytes) {
            return false;
        }
        rest = null;
        try {
            return tell(kept, 0, (int) bytes);
        } finally {
            kept.release();
        }
    }

    private static void fill(ByteBuf kept, ByteBuf in, long wanted) {
        int taken = (int) Math.min(wanted - kept.writerIndex(), in.readableBytes());
        if (kept.writableBytes() < taken) {
            kept.capacity(roomFor(kept.writerIndex() + taken, wanted));
        }
        kept.writeBytes(in, taken);
    }
}
