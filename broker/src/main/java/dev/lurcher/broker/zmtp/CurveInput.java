package dev.lurcher.broker.zmtp;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;

/**
 * Opens what arrives after a CURVE handshake (RFC 26, "MESSAGE Command"), and passes it on as the frame that was sealed.
 * <pre>
 *   frame   = %d7 "MESSAGE" nonce authenticator Box-content         nonce = 8OCTET, each greater than the one before
 *   content = flags *OCTET                                          flags = %x00 / MORE %x01 / COMMAND %x02
 * </pre>
 * The text takes the place of the ciphertext in the buffer that was read into, which belongs to nobody else; on its way it
 * passes through an array of the thread's, because ciphers work on arrays.
 * <p>Thread: the connection's event loop. Allocates the key of the authenticator and nothing else.
 */
final class CurveInput implements FrameReader.Sink {
    /** What a sealed frame has beside its content. */
    static final int WRAPPING_BYTES = Commands.MESSAGE.length + 8 + SecretBox.AUTHENTICATOR_BYTES + 1;

    /** The command flag within the box, where it has another place than in a frame. */
    static final int SEALED_COMMAND = 2;

    /** How much is worked upon at once; a multiple of the cipher's block. */
    static final int PART_BYTES = 16 * 1024;

    /** One for each event loop. */
    static final FastThreadLocal<byte[]> PART = new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
            return new byte[PART_BYTES];
        }
    };

    private static final int NONCE = Commands.MESSAGE.length;
    private static final int AUTHENTICATOR = NONCE + 8;
    private static final int FLAGS = AUTHENTICATOR + SecretBox.AUTHENTICATOR_BYTES;

    private final SecretBox box;
    private final Refusing next;
    private final byte[] authenticator = new byte[SecretBox.AUTHENTICATOR_BYTES];
    private long lastNonce;

    /** Takes the frames, and hears of what breaks the rules. */
    interface Refusing extends FrameReader.Sink {
        /** A frame that cannot be opened; nothing more may be read. */
        void onUnsealed(String why);
    }

    CurveInput(CurveSession session, Refusing next) {
        this.box = session.in();
        this.lastNonce = session.lastPeerNonce();
        this.next = next;
    }

    @Override
    public boolean onFrame(int flags, ByteBuf buffer, int index, int length) {
        if ((flags & Frames.MORE) != 0
                || length < WRAPPING_BYTES
                || !Commands.is(Commands.MESSAGE, buffer, index, length)) {
            return refused("a frame is not sealed");
        }
        long nonce = buffer.getLong(index + NONCE);
        if (Long.compareUnsigned(nonce, lastNonce) <= 0) {
            return refused("a frame comes a second time, or too late");
        }
        lastNonce = nonce;
        open(nonce, buffer, index + FLAGS, index + length);
        buffer.getBytes(index + AUTHENTICATOR, authenticator);
        if (!box.isAuthentic(authenticator)) {
            return refused("a frame was changed on its way, or sealed by somebody else");
        }
        int sealed = buffer.getByte(index + FLAGS);
        return switch (sealed) {
            case 0, Frames.MORE -> next.onFrame(sealed, buffer, index + WRAPPING_BYTES, length - WRAPPING_BYTES);
            case SEALED_COMMAND ->
                next.onFrame(Frames.COMMAND, buffer, index + WRAPPING_BYTES, length - WRAPPING_BYTES);
            default -> {
                next.onBadFlags(sealed & 0xFF);
                yield false;
            }
        };
    }

    private void open(long nonce, ByteBuf buffer, int from, int to) {
        byte[] part = PART.get();
        box.start(nonce);
        for (int at = from; at < to; at += PART_BYTES) {
            int count = Math.min(PART_BYTES, to - at);
            buffer.getBytes(at, part, 0, count);
            box.open(part, 0, count);
            buffer.setBytes(at, part, 0, count);
        }
    }

    private boolean refused(String why) {
        next.onUnsealed(why);
        return false;
    }

    @Override
    public void onOversize(long claimedBytes, int mostBytes) {
        next.onOversize(claimedBytes, mostBytes);
    }

    @Override
    public void onBadFlags(int flags) {
        next.onBadFlags(flags);
    }
}
