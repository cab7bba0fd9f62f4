package dev.lurcher.protocol;

import dev.lurcher.protocol.ProtocolException.Code;
import java.nio.ByteBuffer;

/**
 * Reads one reply frame in place. Reused; one per event loop; allocates nothing while frames are well formed.
 *
 * <pre>
 * reply   = sender SP length ":" ids "," SP payload
 * sender  = 1*( ALPHA / DIGIT / "-" )
 * length  = 1*DIGIT                          ; bytes of ids, leading zeros allowed
 * ids     = [ "X " ] id *( SP id ) [ SP ]    ; "X ": an extended reply
 *         / "X"                              ; worker control: it concerns no connection
 * id      = 1*DIGIT                          ; a connection, leading zeros allowed
 * payload = *OCTET                           ; the rest of the frame; empty asks to close
 * </pre>
 *
 * <p>A frame that was refused leaves nothing behind: the accessors then describe no reply (no targets).
 */
public final class ReplyReader {
    private final long[] targets;
    private ByteBuffer frame = ByteBuffer.allocate(0);
    private int position;
    private int limit;
    private int senderStart;
    private int senderEnd;
    private int targetCount;
    private boolean extended;
    private int payloadOffset;
    private int payloadLength;

    /**
     * Creates a reader.
     *
     * @param maxTargets most connections that one reply may name, at least 1 (setting {@code limits.handler_targets})
     */
    public ReplyReader(int maxTargets) {
        if (maxTargets < 1) {
            throw new IllegalArgumentException("maxTargets=" + maxTargets + ", must be at least 1");
        }
        targets = new long[maxTargets];
    }

    /**
     * Reads the reply between the buffer's position and limit, which stay where they are. The buffer is kept until the
     * next call, for {@link #senderIs}.
     *
     * @throws ProtocolException TRUNCATED, BAD_SENDER, BAD_LENGTH, BAD_ID, NO_TARGET, TOO_MANY_TARGETS, MISSING_COMMA or
     *     MISSING_SPACE
     */
    public void read(ByteBuffer reply) {
        clear();
        frame = reply;
        position = reply.position();
        limit = reply.limit();
        int senderFrom = position;
        int senderTo = sender();
        int length = length();
        int idsFrom = position;
        boolean marked = mark(length);
        boolean control = marked && length == 1;
        int count = control ? 0 : ids((int) Math.min((long) idsFrom + length, Integer.MAX_VALUE));
        expect(',', Code.MISSING_COMMA);
        expect(' ', Code.MISSING_SPACE);
        senderStart = senderFrom;
        senderEnd = senderTo;
        extended = marked;
        targetCount = count;
        payloadOffset = position;
        payloadLength = limit - position;
    }

    /** Whether the reply's first word is this sender id. */
    public boolean senderIs(byte[] expected) {
        if (senderEnd - senderStart != expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if (frame.get(senderStart + i) != expected[i]) {
                return false;
            }
        }
        return true;
    }

    /** Whether the payload is an {@link ExtendedReply}; or {@link WorkerControl}, where the reply names no connection. */
    public boolean extended() {
        return extended;
    }

    /** Whether the payload is {@link WorkerControl}. */
    public boolean isControl() {
        return extended && targetCount == 0;
    }

    /** How many connections the reply names: 1 to the reader's limit; 0 in worker control. */
    public int targets() {
        return targetCount;
    }

    /** The connection id at a place of the list, 0..2^63-1; an id may be named twice. */
    public long target(int index) {
        if (index >= targetCount) {
            throw new IndexOutOfBoundsException("target " + index + " of " + targetCount);
        }
        return targets[index];
    }

    /** Where the payload begins: an absolute index into the frame. */
    public int payloadOffset() {
        return payloadOffset;
    }

    /** Bytes of payload; 0 asks to close the connections. */
    public int payloadLength() {
        return payloadLength;
    }

    private void clear() {
        senderStart = 0;
        senderEnd = 0;
        extended = false;
        targetCount = 0;
        payloadOffset = 0;
        payloadLength = 0;
    }

    private int sender() {
        int start = position;
        while (Octets.isSender(peek())) {
            position++;
        }
        int end = position;
        if (end == start || frame.get(end) != ' ') {
            throw broken(Code.BAD_SENDER, "sender id");
        }
        position++;
        return end;
    }

    private int length() {
        int start = position;
        long value = 0;
        for (byte b = peek(); Octets.isDigit(b); b = peek()) {
            value = value * 10 + (b - '0');
            if (value > Integer.MAX_VALUE) {
                throw broken(Code.BAD_LENGTH, "length of the id list");
            }
            position++;
        }
        if (position == start) {
            throw broken(Code.BAD_LENGTH, "length of the id list");
        }
        expect(':', Code.BAD_LENGTH);
        return (int) value;
    }

    private boolean mark(int length) {
        if (length < 1 || peek() != 'X') {
            return false;
        }
        position++;
        if (length > 1) {
            expect(' ', Code.BAD_ID);
        }
        return true;
    }

    private int ids(int end) {
        int count = 0;
        while (position < end) {
            long id = id(end);
            if (count == targets.length) {
                throw broken(Code.TOO_MANY_TARGETS, "more than " + targets.length + " connections");
            }
            targets[count++] = id;
            if (position < end) {
                expect(' ', peek() == ',' ? Code.BAD_LENGTH : Code.BAD_ID);
            }
        }
        if (count == 0) {
            throw broken(Code.NO_TARGET, "no connection");
        }
        return count;
    }

    private long id(int end) {
        int start = position;
        long value = 0;
        while (position < end && Octets.isDigit(peek())) {
            int digit = frame.get(position) - '0';
            if (value > (Long.MAX_VALUE - digit) / 10) {
                throw broken(Code.BAD_ID, "connection id");
            }
            value = value * 10 + digit;
            position++;
        }
        if (position == start) {
            throw broken(peek() == ',' ? Code.BAD_LENGTH : Code.BAD_ID, "connection id");
        }
        return value;
    }

    private void expect(char wanted, Code code) {
        if (peek() != wanted) {
            throw broken(code, "'" + wanted + "' expected");
        }
        position++;
    }

    private byte peek() {
        if (position >= limit) {
            throw broken(Code.TRUNCATED, "reply ends early");
        }
        return frame.get(position);
    }

    private ProtocolException broken(Code code, String what) {
        return new ProtocolException(code, what + ", at byte " + (position - frame.position()));
    }
}
