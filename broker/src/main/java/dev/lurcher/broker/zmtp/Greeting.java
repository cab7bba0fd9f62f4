package dev.lurcher.broker.zmtp;

import dev.lurcher.broker.zmtp.ZmtpCounters.Event;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The first 64 octets of each direction (RFC 37, "Formal Grammar").
 * <pre>
 *   greeting  = %xFF 8OCTET %x7F  major minor  mechanism  as-server  filler
 *   offset       0    1       9     10    11       12         32       33
 *   major     = %x03 or higher; 1 and 2 are ZMTP 2.0, which has no greeting beyond this octet
 *   mechanism = 20OCTET, filled up with zeros
 * </pre>
 * ZMTP 1.0 begins with the frame of an identity instead: {@code length flags}, or {@code %xFF 8OCTET flags} with an even
 * last octet. Judges as soon as there is enough to be sure, so that the verdict does not depend on how the octets were split
 * on their way. As-server is set by us where the mechanism has two sides, and not looked at in the peer's.
 * <p>Thread: the connection's event loop.
 */
final class Greeting {
    static final int BYTES = 64;

    /** Enough for a peer to know the version, and to send all of its own greeting (RFC 37, "Version Negotiation"). */
    static final int FIRST_BYTES = 11;

    private static final int SIGNATURE_END = 9;
    private static final int MAJOR = 10;
    private static final int MINOR = 11;
    private static final int MECHANISM = 12;
    private static final int MECHANISM_BYTES = 20;
    private static final int AS_SERVER = 32;
    private static final int SHOWN_BYTES = 24;

    private final Security security;
    private final byte[] received = new byte[BYTES];
    private int count;

    Greeting(Security security) {
        this.security = security;
    }

    /** Our greeting: ZMTP 3.1. */
    byte[] ours() {
        byte[] greeting = new byte[BYTES];
        greeting[0] = (byte) 0xFF;
        greeting[SIGNATURE_END] = 0x7F;
        greeting[MAJOR] = 3;
        greeting[MINOR] = 1;
        System.arraycopy(mechanism(), 0, greeting, MECHANISM, MECHANISM_BYTES);
        greeting[AS_SERVER] = (byte) (security instanceof Security.None ? 0 : 1);
        return greeting;
    }

    private byte[] mechanism() {
        return Arrays.copyOf(security.mechanism().getBytes(StandardCharsets.US_ASCII), MECHANISM_BYTES);
    }

    /**
     * Takes what belongs to the greeting, at most up to its end.
     *
     * @return why the connection cannot go on, or null
     */
    @Nullable
    Refusal take(ByteBuf in) {
        int taken = Math.min(in.readableBytes(), BYTES - count);
        in.readBytes(received, count, taken);
        count += taken;
        return count == 0 ? null : judge();
    }

    /** Whether the mechanism has arrived. */
    boolean hasMechanism() {
        return count >= MECHANISM + MECHANISM_BYTES;
    }

    /** Whether all of it has arrived. */
    boolean isComplete() {
        return count == BYTES;
    }

    /** Whether the peer speaks ZMTP 3.1 or newer, and so knows PING and SUBSCRIBE; 3.0 otherwise. */
    boolean isAtLeast31() {
        return received[MAJOR] > 3 || received[MINOR] >= 1;
    }

    private @Nullable Refusal judge() {
        if (received[0] != (byte) 0xFF) {
            if (received[0] == 0) {
                return foreign();
            }
            return count == 1 ? null : received[1] == 0 ? oldVersion("1.0") : foreign();
        }
        if (count > SIGNATURE_END && (received[SIGNATURE_END] & 1) == 0) {
            return oldVersion("1.0");
        }
        if (count > MAJOR && (received[MAJOR] & 0xFF) < 3) {
            return oldVersion("2.0");
        }
        return hasMechanism() ? judgeMechanism() : null;
    }

    private @Nullable Refusal judgeMechanism() {
        byte[] mechanism = Arrays.copyOfRange(received, MECHANISM, MECHANISM + MECHANISM_BYTES);
        if (Arrays.equals(mechanism, mechanism())) {
            return null;
        }
        int end = MECHANISM_BYTES;
        while (end > 0 && mechanism[end - 1] == 0) {
            end--;
        }
        String name = Printable.of(Arrays.copyOf(mechanism, end), MECHANISM_BYTES);
        return new Refusal(
                Event.WRONG_MECHANISM,
                "it wants the security mechanism \"" + name + "\", and this endpoint has " + security.mechanism());
    }

    private static Refusal oldVersion(String version) {
        return new Refusal(
                Event.OLD_VERSION,
                "it speaks ZMTP " + version
                        + ", and 3.0 is the oldest spoken here: update its ZeroMQ library to 4.0 or newer");
    }

    private Refusal foreign() {
        String start = Printable.of(Arrays.copyOf(received, count), SHOWN_BYTES);
        return new Refusal(Event.NOT_ZMTP, "it does not speak ZeroMQ: it sent \"" + start + "\"");
    }
}
