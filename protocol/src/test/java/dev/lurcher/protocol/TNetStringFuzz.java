package dev.lurcher.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.protocol.ProtocolException.Code;
import dev.lurcher.protocol.TNetString.Limits;
import dev.lurcher.protocol.testing.Allocation;
import dev.lurcher.protocol.testing.KeptInputs;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Any bytes are a value, which is the same when it is written and read again, or refused with a code; so is what replies carry that are no answers. */
public class TNetStringFuzz {
    private static final Limits LIMITS = Limits.DEFAULT;

    /** Objects for each byte of a value: the shortest, {@code 0:~}, has three. */
    private static final long MOST_BYTES_ALLOCATED = 128;

    private static final long FREE_BYTES = 64 * 1024;

    @KeptInputs
    void readsAgainWhatItHasRead(byte[] bytes) {
        fuzzerTestOneInput(bytes);
    }

    /** To be called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        long most = FREE_BYTES + MOST_BYTES_ALLOCATED * bytes.length;
        long allocated = Allocation.bytesOf(() -> readOrRefuse(bytes), most);
        assertTrue(allocated <= most, () -> allocated + " bytes were allocated for " + bytes.length);
        roundTrip(bytes);
        extendedReply(bytes);
        control(bytes);
    }

    private static void readOrRefuse(byte[] bytes) {
        try {
            read(bytes);
        } catch (ProtocolException refused) {
            // As it should be.
        }
    }

    private static void roundTrip(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        TNetString value;
        try {
            value = TNetString.readFirst(buffer, LIMITS);
        } catch (ProtocolException refused) {
            assertEquals(0, buffer.position());
            assertEquals(
                    refused.code(),
                    assertThrows(ProtocolException.class, () -> read(bytes)).code());
            return;
        }
        byte[] first = Arrays.copyOf(bytes, buffer.position());
        assertEquals(value, read(first));
        if (first.length < bytes.length) {
            ProtocolException refused = assertThrows(ProtocolException.class, () -> read(bytes));
            assertEquals(Code.TRAILING_BYTES, refused.code());
        }
        byte[] written = value.bytes();
        // Numbers may be longer as we write them.
        TNetString again = TNetString.read(ByteBuffer.wrap(written), new Limits(LIMITS.depth(), written.length + 3));
        assertEquals(value, again);
        assertArrayEquals(written, again.bytes());
    }

    private static void extendedReply(byte[] bytes) {
        ByteBuffer payload = ByteBuffer.wrap(bytes);
        ExtendedReply reply;
        try {
            reply = ExtendedReply.read(payload, LIMITS);
        } catch (ProtocolException refused) {
            return;
        } finally {
            assertEquals(0, payload.position());
        }
        if (!(reply instanceof ExtendedReply.Unknown)) {
            assertEquals(reply, ExtendedReply.read(ByteBuffer.wrap(reply.payload()), LIMITS));
        }
    }

    private static void control(byte[] bytes) {
        ByteBuffer payload = ByteBuffer.wrap(bytes);
        WorkerControl control;
        try {
            control = WorkerControl.read(payload, LIMITS);
        } catch (ProtocolException refused) {
            return;
        } finally {
            assertEquals(0, payload.position());
        }
        if (!(control instanceof WorkerControl.Unknown)) {
            assertEquals(control, WorkerControl.read(ByteBuffer.wrap(control.payload()), LIMITS));
        }
        if (control instanceof WorkerControl.Hello hello) {
            String texts = hello.name() + hello.host() + hello.application() + hello.version() + hello.language();
            assertTrue(texts.chars().noneMatch(Character::isISOControl), texts);
            assertTrue(texts.length() <= 5 * WorkerControl.Hello.MOST_CHARS, texts);
        }
    }

    private static TNetString read(byte[] bytes) {
        return TNetString.read(ByteBuffer.wrap(bytes), LIMITS);
    }
}
