package dev.lurcher.broker.zmtp;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a peer says of itself in its last command of the handshake (RFC 37, "Connection Metadata").
 * <pre>
 *   metadata = *( name value )
 *   name     = OCTET 1*255( ALPHA / DIGIT / "-" / "_" / "." / "+" )    in any case
 *   value    = 4OCTET *OCTET
 * </pre>
 */
final class Ready {
    private static final String SOCKET_TYPE = "Socket-Type";
    private static final int MOST_IDENTITY_BYTES = 255;
    private static final int MOST_SHOWN_BYTES = 32;

    private byte[] socketType = {};
    private byte[] identity = {};

    private Ready() {}

    /** Our metadata. */
    static byte[] of(SocketType type) {
        byte[] name = SOCKET_TYPE.getBytes(StandardCharsets.US_ASCII);
        byte[] value = type.name().getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(1 + name.length + 4 + value.length)
                .put((byte) name.length)
                .put(name)
                .putInt(value.length)
                .put(value)
                .array();
    }

    /**
     * Reads the metadata; a property that comes twice counts as it comes last.
     *
     * @return null when they are not well formed
     */
    static @Nullable Ready read(ByteBuf buffer, int index, int length) {
        Ready ready = new Ready();
        int end = index + length;
        int at = index;
        while (at < end) {
            int nameLength = buffer.getUnsignedByte(at++);
            if (nameLength == 0 || end - at < nameLength + 4) {
                return null;
            }
            int nameAt = at;
            at += nameLength;
            int valueLength = buffer.getInt(at);
            at += 4;
            if (valueLength < 0 || valueLength > end - at || !isName(buffer, nameAt, nameLength)) {
                return null;
            }
            String name = buffer.toString(nameAt, nameLength, StandardCharsets.US_ASCII);
            byte[] value = new byte[valueLength];
            buffer.getBytes(at, value);
            at += valueLength;
            ready.set(name.toLowerCase(Locale.ROOT), value);
        }
        return ready.identity.length > MOST_IDENTITY_BYTES ? null : ready;
    }

    private static boolean isName(ByteBuf buffer, int index, int length) {
        for (int i = 0; i < length; i++) {
            int c = buffer.getByte(index + i);
            boolean letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
            if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '_' && c != '.' && c != '+') {
                return false;
            }
        }
        return true;
    }

    private void set(String name, byte[] value) {
        if (name.equals("socket-type")) {
            socketType = value;
        } else if (name.equals("identity")) {
            identity = value;
        }
    }

    /** The socket type, or null when it is none that ZMTP 3.0 knows. */
    @Nullable
    SocketType type() {
        String name = new String(socketType, StandardCharsets.ISO_8859_1);
        for (SocketType type : SocketType.values()) {
            if (type.name().equals(name)) {
                return type;
            }
        }
        return null;
    }

    /** The socket type as the peer wrote it, for a log line. */
    String typeShown() {
        return Printable.of(socketType, MOST_SHOWN_BYTES);
    }

    /** 0..255 bytes. */
    byte[] identity() {
        return identity;
    }
}
