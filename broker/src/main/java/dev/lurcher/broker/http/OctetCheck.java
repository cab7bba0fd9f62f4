package dev.lurcher.broker.http;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import org.jspecify.annotations.Nullable;

/**
 * Looks at every octet of one part of a request's framing once, as it comes, and stops at the first one that is out of
 * place. So the verdict cannot depend on how the octets were split on their way.
 */
abstract sealed class OctetCheck permits HeadCheck, RequestLineCheck, FieldsCheck, ChunkLineCheck {
    /** The part has not ended yet. */
    static final int INCOMPLETE = -1;

    /** An octet was out of place: {@link #refusal}. */
    static final int REFUSED = -2;

    private static final int BLOCK_BYTES = 2048;
    private static final FastThreadLocal<byte[]> BLOCK = new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
            return new byte[BLOCK_BYTES];
        }
    };

    private int checked;
    private boolean complete;
    private @Nullable Refusal refusal;

    /** What to add to an index in the array being looked at to have the offset of that octet in the message part. */
    private int base;

    /** Makes ready for the next part of the kind. */
    void start() {
        checked = 0;
        complete = false;
    }

    /**
     * Looks at what has come since the last call. Until the part is complete its octets must stay in the buffer, the first
     * of them at the reader index, which does not move.
     *
     * @return octets of the complete part, its last CRLF included; or {@link #INCOMPLETE} or {@link #REFUSED}
     */
    final int check(ByteBuf in) {
        int end = in.writerIndex();
        int from = in.readerIndex() + checked;
        boolean direct = !in.hasArray();
        byte[] block = direct ? BLOCK.get() : in.array();
        while (from < end && !complete) {
            // A direct buffer is copied in blocks: a loop over an array is several times as fast as one over a buffer.
            int length = direct ? Math.min(end - from, BLOCK_BYTES) : end - from;
            int start = direct ? 0 : in.arrayOffset() + from;
            if (direct) {
                in.getBytes(from, block, 0, length);
            }
            base(checked - start);
            int next = read(block, start, start + length);
            checked += next - start;
            if (refusal() != null) {
                return REFUSED;
            }
            from += length;
        }
        return complete ? checked : INCOMPLETE;
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
