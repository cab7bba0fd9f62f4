package dev.lurcher.broker.zmtp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * What leaves towards a peer of the CURVE mechanism: frames as they are during the handshake, and each in a box of its own
 * from then on ({@link CurveInput} has the form). The ciphertext gathers in the same buffers as frames in the clear; a large
 * content is sealed into one of its own, for it may be needed again as it was.
 * <p>Thread: the peer's event loop, but {@link #isWritable} from any.
 */
final class CurveOutput extends PeerOutput {
    private @Nullable SecretBox box;
    private long lastNonce;

    /** Octets of the array of parts that are filled. */
    private int filled;

    private CurveOutput(Channel channel, Runnable onRoom) {
        super(channel, onRoom);
    }

    /** A new one. */
    static PeerOutput open(Channel channel, Runnable onRoom) {
        return new CurveOutput(channel, onRoom);
    }

    @Override
    void seal(CurveSession session) {
        box = session.out();
        lastNonce = session.lastNonce();
    }

    @Override
    void frame(int flags, byte[] content, int from, int to) {
        SecretBox sealing = box;
        if (sealing == null || isClosed()) {
            super.frame(flags, content, from, to);
            return;
        }
        ByteBuf room = begin(sealing, flags, to - from);
        int authenticator = room.writerIndex() - SecretBox.AUTHENTICATOR_BYTES;
        append(sealing, room, content, from, to);
        end(sealing, room, authenticator);
    }

    @Override
    void frame(int flags, byte[] head, int from, int to, ByteBuf content, byte[] tail) {
        SecretBox sealing = box;
        if (sealing == null || isClosed()) {
            super.frame(flags, head, from, to, content, tail);
            return;
        }
        ByteBuf room = begin(sealing, flags, to - from + content.readableBytes() + tail.length);
        int authenticator = room.writerIndex() - SecretBox.AUTHENTICATOR_BYTES;
        append(sealing, room, head, from, to);
        append(sealing, room, content);
        content.release();
        append(sealing, room, tail, 0, tail.length);
        end(sealing, room, authenticator);
    }

    /** Writes what stands before the ciphertext, and room for the authenticator. */
    private ByteBuf begin(SecretBox sealing, int flags, int length) {
        int wrapped = length + CurveInput.WRAPPING_BYTES;
        ByteBuf room = room(MOST_HEADER_BYTES + wrapped);
        header(room, 0, wrapped);
        room.writeBytes(Commands.MESSAGE).writeLong(++lastNonce).writeZero(SecretBox.AUTHENTICATOR_BYTES);
        sealing.start(lastNonce);
        boolean isCommand = (flags & Frames.COMMAND) != 0;
        CurveInput.PART.get()[0] = (byte) (isCommand ? CurveInput.SEALED_COMMAND : flags & Frames.MORE);
        filled = 1;
        return room;
    }

    private void append(SecretBox sealing, ByteBuf room, byte[] bytes, int from, int to) {
        byte[] part = CurveInput.PART.get();
        int at = from;
        while (at < to) {
            int count = Math.min(part.length - filled, to - at);
            System.arraycopy(bytes, at, part, filled, count);
            at += count;
            filled += count;
            sealIfFull(sealing, room, part);
        }
    }

    private void append(SecretBox sealing, ByteBuf room, ByteBuf content) {
        byte[] part = CurveInput.PART.get();
        int at = content.readerIndex();
        int to = content.writerIndex();
        while (at < to) {
            int count = Math.min(part.length - filled, to - at);
            content.getBytes(at, part, filled, count);
            at += count;
            filled += count;
            sealIfFull(sealing, room, part);
        }
    }

    private void sealIfFull(SecretBox sealing, ByteBuf room, byte[] part) {
        if (filled == part.length) {
            sealPart(sealing, room, part);
        }
    }

    private void sealPart(SecretBox sealing, ByteBuf room, byte[] part) {
        sealing.seal(part, 0, filled);
        room.writeBytes(part, 0, filled);
        filled = 0;
    }

    private void end(SecretBox sealing, ByteBuf room, int authenticator) {
        sealPart(sealing, room, CurveInput.PART.get());
        room.setBytes(authenticator, sealing.authenticator());
        appended();
    }
}
