package dev.lurcher.broker.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Writes frames as a server does: unmasked and whole. */
public final class Frames {
    private static final int SHORT = 126;
    private static final int LONG = 127;

    private Frames() {}

    /** A pong with the payload of the ping that it answers. */
    public static ByteBuf pong(ByteBufAllocator allocator, byte[] payload) {
        return frame(allocator, Message.FIN | Message.PONG, payload, payload.length);
    }

    /** A close frame with a reason for people: at most 123 bytes, ASCII. */
    public static ByteBuf close(ByteBufAllocator allocator, CloseCode code, String reason) {
        byte[] text = reason.getBytes(UTF_8);
        byte[] payload = new byte[2 + text.length];
        payload[0] = (byte) (code.number() >> 8);
        payload[1] = (byte) code.number();
        System.arraycopy(text, 0, payload, 2, text.length);
        return frame(allocator, Message.FIN | Message.CLOSE, payload, payload.length);
    }

    /** The answer to a client's close frame: one with the same status code, if it has one. */
    public static ByteBuf closeEcho(ByteBufAllocator allocator, byte[] payload) {
        return frame(allocator, Message.FIN | Message.CLOSE, payload, Math.min(2, payload.length));
    }

    /**
     * Any frame; the caller owns it.
     *
     * @param first its first octet
     * @param length how much of the array is its payload
     */
    static ByteBuf frame(ByteBufAllocator allocator, int first, byte[] payload, int length) {
        ByteBuf out = allocator.directBuffer(10 + length).writeByte(first);
        if (length < SHORT) {
            out.writeByte(length);
        } else if (length <= 0xffff) {
            out.writeByte(SHORT).writeShort(length);
        } else {
            out.writeByte(LONG).writeLong(length);
        }
        return out.writeBytes(payload, 0, length);
    }
}
