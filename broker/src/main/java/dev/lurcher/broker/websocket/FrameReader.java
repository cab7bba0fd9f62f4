package dev.lurcher.broker.websocket;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a client sends, in whatever pieces it comes, and joins the frames of each message (RFC 6455, 5).
 *
 * <pre>
 *    FIRST: FIN RSV1-3 opcode(4) | SECOND: MASK length(7) | LENGTH: 0, 2 or 8 octets | MASK: 4 octets | PAYLOAD
 *      ^                                                                                                 |
 *      +-------------------------------------------------------------------------------------------------+
 * </pre>
 *
 * Control frames between the frames of a message come out at once. Text must be UTF-8, and is refused at the first octet that
 * is not.
 * <p>Not thread-safe.
 */
public final class FrameReader {
    private enum State {
        FIRST,
        SECOND,
        LENGTH,
        MASK,
        PAYLOAD
    }

    private static final byte[] NOTHING = {};
    private static final int MOST_CONTROL_BYTES = 125;
    private static final int LEAST_CAPACITY = 256;
    /** A larger array is not kept for the next message. */
    private static final int LARGE_BYTES = 4096;

    private final FrameLimits limits;
    private final int allowedReserved;
    private final Memory memory;
    private final @Nullable Inflation inflation;
    private final Utf8Check utf8 = new Utf8Check();

    private State state = State.FIRST;
    /** The first octet of the present frame. */
    private int first;
    /** Octets of the length or mask still to come. */
    private int digits;

    private int lengthOctets;
    private long length;
    private int mask;
    /** Payload of the present frame so far. */
    private int read;

    /** The first octet of the message whose frames are being joined; 0 between two. */
    private int messageFirst;

    private int fragments;
    private byte[] data = NOTHING;
    private int size;
    private byte[] control = NOTHING;

    /** What is allowed beyond RFC 6455. */
    public enum Extension {
        /** Nothing: the reserved bits are 0. */
        NONE,
        /** Messages may be compressed, and come out expanded. */
        DEFLATE,
        /** The worker has agreed on something itself: reserved bits pass, and what they mark is not looked into. */
        FOREIGN
    }

    /** Where the memory for messages comes from that are not whole yet. */
    public interface Memory {
        /** Takes so many bytes; false, taking none, when there are not so many left. */
        boolean take(long bytes);

        /** Gives back some of them. */
        void giveBack(long bytes);
    }

    /** Creates a reader for one WebSocket. */
    public FrameReader(FrameLimits limits, Extension extension, Memory memory) {
        this.limits = limits;
        this.memory = memory;
        this.inflation = extension == Extension.DEFLATE ? new Inflation(limits.messageBytes()) : null;
        this.allowedReserved = switch (extension) {
            case NONE -> 0;
            case DEFLATE -> Message.RSV1;
            case FOREIGN -> Message.RESERVED;
        };
    }

    /**
     * Takes bytes out of the buffer up to the end of a message.
     *
     * @return the next message; null when the buffer is empty and none is complete
     * @throws WebSocketException for whatever the client must not send; nothing more can be read then
     */
    public @Nullable Message next(ByteBuf in) {
        while (in.isReadable()) {
            switch (state) {
                case FIRST -> first(in.readUnsignedByte());
                case SECOND -> second(in.readUnsignedByte());
                case LENGTH -> length(in.readUnsignedByte());
                case MASK -> mask(in.readUnsignedByte());
                case PAYLOAD -> payload(in);
            }
            if (state == State.PAYLOAD && read == length) {
                state = State.FIRST;
                Message message = Message.isControl(first) ? control() : endOfFrame();
                if (message != null) {
                    return message;
                }
            }
        }
        return null;
    }

    private void first(int octet) {
        first = octet;
        int opcode = octet & Message.OPCODE;
        boolean isControl = Message.isControl(octet);
        if ((octet & Message.RESERVED & ~allowedReserved) != 0) {
            throw broken("a reserved bit is set");
        } else if (opcode > (isControl ? Message.PONG : Message.BINARY)) {
            throw broken("there is no opcode " + opcode);
        } else if (isControl && (octet & Message.FIN) == 0) {
            throw broken("a control frame is fragmented");
        } else if (!isControl && (opcode == 0) != (messageFirst != 0)) {
            throw broken(opcode == 0 ? "a continuation continues nothing" : "a message begins inside another one");
        } else if (inflation != null && (octet & Message.RSV1) != 0 && (isControl || opcode == 0)) {
            throw broken("a frame that cannot be compressed says it is");
        }
        if (!isControl) {
            beginOrGoOn(octet);
        }
        state = State.SECOND;
    }

    private void beginOrGoOn(int octet) {
        if (messageFirst == 0) {
            messageFirst = octet;
            fragments = 0;
            size = 0;
            utf8.start();
        }
        if (++fragments > limits.fragments()) {
            String detail = "more than " + limits.fragments() + " frames in a message (limits.websocket_fragments)";
            throw new WebSocketException(CloseCode.POLICY_VIOLATION, detail);
        }
    }

    private void second(int octet) {
        if ((octet & 0x80) == 0) {
            throw broken("a frame of a client is not masked");
        }
        length = octet & 0x7f;
        if (Message.isControl(first) && length > MOST_CONTROL_BYTES) {
            throw broken("a control frame is longer than " + MOST_CONTROL_BYTES + " bytes");
        }
        lengthOctets = length == 126 ? 2 : length == 127 ? 8 : 0;
        digits = lengthOctets;
        if (digits == 0) {
            endOfLength();
        } else {
            length = 0;
            state = State.LENGTH;
        }
    }

    private void length(int octet) {
        if (lengthOctets == 8 && digits == 8 && octet >= 0x80) {
            throw broken("a length has its top bit set");
        }
        length = length << 8 | octet;
        if (--digits == 0) {
            if (length < (lengthOctets == 8 ? 0x1_0000 : 126)) {
                throw broken("a length takes more bytes than it needs");
            }
            endOfLength();
        }
    }

    private void endOfLength() {
        if (length > limits.frameBytes()) {
            throw tooBig("a frame", limits.frameBytes(), "frame");
        } else if (!Message.isControl(first) && size + length > limits.messageBytes()) {
            throw tooBig("a message", limits.messageBytes(), "message");
        }
        digits = 4;
        mask = 0;
        state = State.MASK;
    }

    private void mask(int octet) {
        mask = mask << 8 | octet;
        if (--digits == 0) {
            read = 0;
            if (Message.isControl(first)) {
                control = length == 0 ? NOTHING : new byte[(int) length];
            }
            state = State.PAYLOAD;
        }
    }

    private void payload(ByteBuf in) {
        int count = (int) Math.min(in.readableBytes(), length - read);
        if (Message.isControl(first)) {
            take(in, control, read, count);
            return;
        }
        int from = size;
        if (data.length < size + count) {
            grow(size + count);
        }
        take(in, data, from, count);
        size += count;
        if (isText() && !utf8.take(data, from, size)) {
            throw notUtf8();
        }
    }

    /** Makes room for so many bytes, and for as many more where there is memory for that. */
    private void grow(int least) {
        int capacity = Math.min(Math.max(LEAST_CAPACITY, Math.max(least, data.length * 2)), limits.messageBytes());
        if (!memory.take(capacity - data.length)) {
            capacity = least;
            if (!memory.take(capacity - data.length)) {
                throw new WebSocketException(CloseCode.TRY_AGAIN_LATER, "the server is short of memory");
            }
        }
        data = Arrays.copyOf(data, capacity);
    }

    /** Gives back what is kept for the next message. */
    public void release() {
        memory.giveBack(data.length);
        data = NOTHING;
        size = 0;
    }

    /** Copies and unmasks octets of the present frame. */
    private void take(ByteBuf in, byte[] to, int at, int count) {
        in.readBytes(to, at, count);
        int shift = 24 - (read & 3) * 8;
        for (int i = at; i < at + count; i++) {
            to[i] ^= (byte) (mask >>> shift);
            shift = shift == 0 ? 24 : shift - 8;
        }
        read += count;
    }

    /** Whether the message is text that can be looked into. */
    private boolean isText() {
        return (messageFirst & (Message.OPCODE | Message.RESERVED)) == Message.TEXT;
    }

    private @Nullable Message endOfFrame() {
        if ((first & Message.FIN) == 0) {
            return null;
        }
        if (isText() && !utf8.isComplete()) {
            throw notUtf8();
        }
        byte[] payload = size == 0 ? NOTHING : Arrays.copyOf(data, size);
        if (data.length > LARGE_BYTES) {
            release();
        }
        int flags = messageFirst | Message.FIN;
        messageFirst = 0;
        return inflation == null || (flags & Message.RSV1) == 0
                ? new Message(flags, payload)
                : expanded(flags & ~Message.RSV1, payload, inflation);
    }

    private Message expanded(int flags, byte[] payload, Inflation by) {
        byte[] plain = by.expand(payload);
        utf8.start();
        if ((flags & Message.OPCODE) == Message.TEXT && !(utf8.take(plain, 0, plain.length) && utf8.isComplete())) {
            throw notUtf8();
        }
        return new Message(flags, plain);
    }

    private Message control() {
        if ((first & Message.OPCODE) == Message.CLOSE) {
            checkClose(control);
        }
        return new Message(first, control);
    }

    private static void checkClose(byte[] payload) {
        if (payload.length == 0) {
            return;
        }
        int code = payload.length == 1 ? 0 : (payload[0] & 0xff) << 8 | (payload[1] & 0xff);
        if (!CloseCode.isAllowed(code)) {
            throw broken("a close frame holds no status code that may be sent");
        }
        Utf8Check reason = new Utf8Check();
        if (!reason.take(payload, 2, payload.length) || !reason.isComplete()) {
            throw notUtf8();
        }
    }

    private static WebSocketException broken(String detail) {
        return new WebSocketException(CloseCode.PROTOCOL_ERROR, detail);
    }

    private static WebSocketException notUtf8() {
        return new WebSocketException(CloseCode.INVALID_DATA, "text is not UTF-8");
    }

    static WebSocketException tooBig(String what, int most, String setting) {
        return new WebSocketException(
                CloseCode.TOO_BIG, what + " is longer than " + most + " bytes (limits.websocket_" + setting + ")");
    }
}
