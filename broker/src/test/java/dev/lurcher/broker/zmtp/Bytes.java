package dev.lurcher.broker.zmtp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What a peer puts on the wire, byte by byte. */
final class Bytes {
    private Bytes() {}

    static byte[] of(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    static byte[] of(String text) {
        return text.getBytes(ISO_8859_1);
    }

    /** The greeting of a ZMTP 3 peer. */
    static byte[] greeting(int minor) {
        return greeting(minor, "NULL");
    }

    /** The same with a security mechanism. */
    static byte[] greeting(int minor, String mechanism) {
        byte[] greeting = new byte[64];
        greeting[0] = (byte) 0xFF;
        greeting[8] = 1;
        greeting[9] = 0x7F;
        greeting[10] = 3;
        greeting[11] = (byte) minor;
        System.arraycopy(of(mechanism), 0, greeting, 12, mechanism.length());
        return greeting;
    }

    /** A frame with the shortest size that fits. */
    static byte[] frame(int flags, String content) {
        byte[] bytes = of(content);
        byte[] header = bytes.length < 256
                ? new byte[] {(byte) flags, (byte) bytes.length}
                : longHeader(flags | Frames.LONG, bytes.length);
        return of(header, bytes);
    }

    /** A frame with a size of eight octets. */
    static byte[] longFrame(int flags, String content) {
        return of(longHeader(flags | Frames.LONG, content.length()), of(content));
    }

    static byte[] longHeader(int flags, long size) {
        return ByteBuffer.allocate(9).put((byte) flags).putLong(size).array();
    }

    static byte[] command(String name, String data) {
        return frame(Frames.COMMAND, (char) name.length() + name + data);
    }

    /** READY with names and values in turn. */
    static byte[] ready(String... properties) {
        StringBuilder metadata = new StringBuilder();
        for (int i = 0; i < properties.length; i += 2) {
            metadata.append(property(properties[i], properties[i + 1]));
        }
        return command("READY", metadata.toString());
    }

    static String property(String name, String value) {
        String size = new String(ByteBuffer.allocate(4).putInt(value.length()).array(), ISO_8859_1);
        return (char) name.length() + name + size + value;
    }

    /** The frames in a stream, as {@code flags:content}; LONG is left out. */
    static List<String> frames(byte[] stream) {
        List<String> frames = new ArrayList<>();
        ByteBuf in = Unpooled.wrappedBuffer(stream);
        while (in.isReadable()) {
            int flags = in.readUnsignedByte();
            int length = (flags & Frames.LONG) != 0 ? (int) in.readLong() : in.readUnsignedByte();
            frames.add((flags & ~Frames.LONG) + ":" + in.readCharSequence(length, ISO_8859_1));
        }
        return frames;
    }

    /** The contents of the frames in a stream. */
    static List<byte[]> contents(byte[] stream) {
        return frames(stream).stream()
                .map(frame -> of(frame.substring(frame.indexOf(':') + 1)))
                .toList();
    }
}
