package dev.lurcher.broker.zmtp;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The commands of ZMTP 3.1 (RFC 37); each is the content of one frame with the COMMAND flag.
 * <pre>
 *   command   = name data         name  = OCTET 1*255ALPHA       the first octet is the length
 *   READY     = *( OCTET property-name 4OCTET property-value )   see {@link Ready} and {@link Handshake}
 *   ERROR     = OCTET reason
 *   SUBSCRIBE = prefix
 *   PING      = 2OCTET context    time to live in tenths of a second; 0*16OCTET
 *   PONG      = context
 * </pre>
 */
final class Commands {
    static final byte[] READY = name("READY");
    static final byte[] ERROR = name("ERROR");
    static final byte[] PING = name("PING");

    // Of PLAIN and CURVE.
    static final byte[] HELLO = name("HELLO");
    static final byte[] WELCOME = name("WELCOME");
    static final byte[] INITIATE = name("INITIATE");
    static final byte[] MESSAGE = name("MESSAGE");

    /** A PING's time to live. */
    static final int TTL_BYTES = 2;

    static final int MOST_CONTEXT_BYTES = 16;

    private static final byte[] PONG = name("PONG");
    private static final byte[] SUBSCRIBE = name("SUBSCRIBE");
    private static final int MOST_REASON_BYTES = 255;

    private Commands() {}

    /** Whether there is a name of at least one octet in the command. */
    static boolean isWellFormed(ByteBuf buffer, int index, int length) {
        if (length < 2) {
            return false;
        }
        int name = buffer.getUnsignedByte(index);
        return name > 0 && name < length;
    }

    /** Whether the command has the given name, one of the constants. */
    static boolean is(byte[] name, ByteBuf buffer, int index, int length) {
        if (length < name.length) {
            return false;
        }
        for (int i = 0; i < name.length; i++) {
            if (buffer.getByte(index + i) != name[i]) {
                return false;
            }
        }
        return true;
    }

    /** ERROR with a reason, cut at 255 octets. */
    static byte[] error(String reason) {
        byte[] text = reason.getBytes(StandardCharsets.US_ASCII);
        int length = Math.min(text.length, MOST_REASON_BYTES);
        return ByteBuffer.allocate(ERROR.length + 1 + length)
                .put(ERROR)
                .put((byte) length)
                .put(text, 0, length)
                .array();
    }

    /** What an ERROR says, in a new array. */
    static byte[] errorReason(ByteBuf buffer, int index, int length) {
        int from = Math.min(index + length, index + ERROR.length + 1);
        byte[] reason = new byte[index + length - from];
        buffer.getBytes(from, reason);
        return reason;
    }

    /** SUBSCRIBE as a command, for ZMTP 3.1. */
    static byte[] subscribe(byte[] prefix) {
        return joined(SUBSCRIBE, prefix);
    }

    /** The subscription as the message that it is in ZMTP 3.0. */
    static byte[] subscribeMessage(byte[] prefix) {
        return joined(new byte[] {1}, prefix);
    }

    /**
     * PING with an empty context.
     *
     * @param ttlTenths time to live in tenths of a second, 0..65535; 0 is none
     */
    static byte[] ping(int ttlTenths) {
        return ByteBuffer.allocate(PING.length + TTL_BYTES)
                .put(PING)
                .putShort((short) ttlTenths)
                .array();
    }

    /** PONG for a PING whose context stands in the buffer. */
    static byte[] pong(ByteBuf buffer, int contextIndex, int contextLength) {
        byte[] pong = new byte[PONG.length + contextLength];
        System.arraycopy(PONG, 0, pong, 0, PONG.length);
        buffer.getBytes(contextIndex, pong, PONG.length, contextLength);
        return pong;
    }

    private static byte[] name(String name) {
        return joined(new byte[] {(byte) name.length()}, name.getBytes(StandardCharsets.US_ASCII));
    }

    /** One behind the other. */
    static byte[] joined(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();
    }
}
