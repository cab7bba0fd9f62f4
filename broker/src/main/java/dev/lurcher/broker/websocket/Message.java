package dev.lurcher.broker.websocket;

/** One message: the data of all its frames together, or a control frame. Immutable but for the array, which is not copied. */
public final class Message {
    /** Opcode of text. */
    public static final int TEXT = 1;
    /** Opcode of binary data. */
    public static final int BINARY = 2;
    /** Opcode of a close frame. */
    public static final int CLOSE = 8;
    /** Opcode of a ping. */
    public static final int PING = 9;
    /** Opcode of a pong. */
    public static final int PONG = 10;

    static final int FIN = 0x80;
    /** The first reserved bit: compressed, where that was agreed on. */
    static final int RSV1 = 0x40;

    static final int RESERVED = 0x70;
    static final int OPCODE = 0x0f;

    private final int flags;
    private final byte[] payload;

    Message(int flags, byte[] payload) {
        this.flags = flags;
        this.payload = payload;
    }

    /** The first octet of its first frame with the bit FIN set, 0x80..0xff. */
    public int flags() {
        return flags;
    }

    /** What it holds, unmasked. */
    public byte[] payload() {
        return payload;
    }

    /** What kind of message it is. */
    public int opcode() {
        return flags & OPCODE;
    }

    static boolean isControl(int first) {
        return (first & 0x08) != 0;
    }
}
