package dev.lurcher.broker.http;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import org.jspecify.annotations.Nullable;

/**
 * Looks at every octet of one part of a message's framing once, as it comes, and stops at the first one that is out of
 * place. So the verdict cannot depend on how the octets were split on their way.
 */
abstract sealed class OctetCheck permits HeadCheck, RequestLineCheck, FieldsCheck, ChunkLineCheck, MessageCheck {
    /** The part has not ended yet. */
    static final int INCOMPLETE = -1;

    /** An octet was out of place: {@link #refusal}. */
    static final int REFUSED = -2;

    static final int BLOCK_BYTES = 2048;
    private static final FastThreadLocal<byte[]> BLOCK = new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
            return new byte[BLOCK_BYTES];
        }
    };

    /** A scratch array of {@link #BLOCK_BYTES} that belongs to the thread. */
    static byte[] block() {
        return BLOCK.get();
    }

    private int checked;
    private boolean complete;
    private @Nullable Refusal refusal;

    /** What to add to an index in the array being looked at to have the offset of that octet in the message part. */
    private int base;

    /** Makes ready for the next part of the kind. */
    void start() {
        checked = 0;
        complete = false;
        refusal = null;
    }

    /**
     * Looks at what has come since the last call. Until the part is complete its octets must stay in the buffer, the first
     * of them at the reader index, which does not move.
     *
     * @return octets of the complete part, its last CRLF included; or {@link #INCOMPLETE} or {@link #REFUSED}
     */
    final int check(ByteBuf in) {
        feed(in, in.readerIndex() + checked, in.writerIndex());
        if (refusal() != null) {
            return REFUSED;
        }
        return complete ? checked : INCOMPLETE;
    }

    /**
     * Looks at the octets from one index to another, which follow those of the call before.
     *
     * @return the index behind the last octet looked at: {@code end}, or where the part is complete or refused
     */
    final int feed(ByteBuf in, int from, int end) {
        int at = from;
        while (at < end && !complete && refusal() == null) {
            int length = end - at;
            byte[] octets;
            int start = 0;
            if (in.hasArray()) {
                octets = in.array();
                start = in.arrayOffset() + at;
            } else {
                // A loop over an array is several times as fast as one over a direct buffer.
                octets = block();
                length = Math.min(length, blockBytes());
                in.getBytes(at, octets, 0, length);
            }
            base(checked - start);
            int read = read(octets, start, start + length) - start;
            checked += read;
            at += read;
        }
        return at;
    }

    /** How much of a direct buffer is copied at once, at most {@link #BLOCK_BYTES}: about the usual length of the part. */
    int blockBytes() {
        return BLOCK_BYTES;
    }

    /**
     * Reads octets until they end, the part is complete, or one is refused.
     *
     * @return the index behind the last octet that was read
     */
    abstract int read(byte[] a, int from, int to);

    /** Why an octet was refused, or null. */
    @Nullable
    Refusal refusal() {
        return refusal;
    }

    final boolean isComplete() {
        return complete;
    }

    /** To be called by {@link #read}. */
    final void complete() {
        complete = true;
    }

    /** Says what to add to an index to have an offset. */
    void base(int base) {
        this.base = base;
    }

    /** The offset of an octet in the message part. */
    final int offset(int index) {
        return base + index;
    }

    /** The index of the octet at an offset. */
    final int index(int offset) {
        return offset - base;
    }

    /** Refuses an octet; returns its index. */
    final int misplaced(byte[] a, int index, String where) {
        String detail = "byte 0x%02x is not allowed %s (offset %d)".formatted(a[index] & 0xff, where, offset(index));
        return refuse(HttpError.BAD_REQUEST, detail, index);
    }

    final int refuse(HttpError error, String detail, int index) {
        refusal = Refusal.of(error, detail);
        return index;
    }
}
