package dev.lurcher.broker.tls;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** As much of DER (X.690) as it takes to read private keys in the form that OpenSSL wrote before PKCS #8. */
final class Der {
    static final int OCTET_STRING = 0x04;
    static final int SEQUENCE = 0x30;

    /** {@code [0]} around something. */
    static final int FIRST_TAGGED = 0xa0;

    private Der() {}

    /**
     * One value.
     *
     * @param content what is inside
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Value(int tag, byte[] content) {}

    /** Writes a value that consists of the parts. */
    static byte[] write(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = content.size();
        if (length >= 0x80) {
            int bytes = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
            out.write(0x80 | bytes);
            for (int i = bytes - 1; i >= 0; i--) {
                out.write(length >> (8 * i));
            }
        } else {
            out.write(length);
        }
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }

    /** Reads values that follow each other; null where the bytes are none. */
    static @Nullable List<Value> read(byte[] bytes) {
        List<Value> values = new ArrayList<>();
        int at = 0;
        while (at < bytes.length) {
            if (at + 2 > bytes.length) {
                return null;
            }
            int tag = bytes[at] & 0xff;
            int length = bytes[at + 1] & 0xff;
            at += 2;
            if (length >= 0x80) {
                int count = length & 0x7f;
                if (count > 3 || at + count > bytes.length) {
                    return null;
                }
                length = 0;
                for (int i = 0; i < count; i++) {
                    length = (length << 8) | (bytes[at++] & 0xff);
                }
            }
            if (length > bytes.length - at) {
                return null;
            }
            byte[] content = new byte[length];
            System.arraycopy(bytes, at, content, 0, length);
            values.add(new Value(tag, content));
            at += length;
        }
        return values;
    }
}
