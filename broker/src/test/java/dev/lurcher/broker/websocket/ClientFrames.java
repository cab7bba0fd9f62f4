package dev.lurcher.broker.websocket;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;

/** Writes frames as clients do: masked. */
public final class ClientFrames {
    private static final byte[] MASK = {0x12, (byte) 0xf4, 0x56, 0x00};

    private ClientFrames() {}

    /** A frame with any first octet. */
    public static byte[] frame(int first, byte[] payload) {
        return frame(first, payload, MASK);
    }

    static byte[] frame(int first, byte[] payload, byte[] mask) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(first);
        if (payload.length < 126) {
            out.write(0x80 | payload.length);
        } else if (payload.length <= 0xffff) {
            out.writeBytes(new byte[] {(byte) (0x80 | 126), (byte) (payload.length >> 8), (byte) payload.length});
        } else {
            out.write(0x80 | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                out.write((int) ((long) payload.length >> shift));
            }
        }
        out.writeBytes(mask);
        byte[] masked = Arrays.copyOf(payload, payload.length);
        for (int i = 0; i < masked.length; i++) {
            masked[i] ^= mask[i % 4];
        }
        out.writeBytes(masked);
        return out.toByteArray();
    }

    /** Octets written in hexadecimal, with blanks. */
    static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }
}
