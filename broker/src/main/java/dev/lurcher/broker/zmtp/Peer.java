package dev.lurcher.broker.zmtp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * A connected peer whose handshake is complete.
 * <p>Thread: {@code send} and {@code pendingBytes} on the peer's event loop only; everything else from any thread.
 */
// Not final: in tests of those who send to peers there are some without a connection.
public class Peer {
    private final PeerConnection connection;
    private final PeerOutput output;
    private final SocketType type;
    private final byte[] identity;
    private volatile @Nullable Object attachment;

    Peer(PeerConnection connection, PeerOutput output, SocketType type, byte[] identity) {
        this.connection = connection;
        this.output = output;
        this.type = type;
        this.identity = identity;
    }

    /** The socket type that the peer has named. */
    public SocketType type() {
        return type;
    }

    /** The identity that the peer has named, 0..255 bytes; a copy. */
    public byte[] identity() {
        return identity.clone();
    }

    /** Where the peer is, for a log line: {@code address:port}, or {@code pid N} on a Unix socket. */
    public String remoteAddress() {
        return connection.remoteAddress();
    }

    /** The event loop on which the peer lives. */
    public EventLoop loop() {
        return connection.loop();
    }

    /**
     * Whether the peer takes more: it is connected and fewer than {@code writeBufferHighBytes} wait for it. After false,
     * {@link PeerListener#onWritable} is called when there is room again, unless the peer goes first. What is sent all the
     * same is kept: the mark is the sender's to heed.
     */
    public boolean isWritable() {
        return output.isWritable();
    }

    /** Bytes sent to the peer that the operating system has not taken yet, and about a hundred for each buffer of them. */
    public long pendingBytes() {
        return output.pendingBytes();
    }

    /** Sends a message of one frame: {@code frame[from..to)}, which is copied. Does nothing when the peer is gone. */
    public void send(byte[] frame, int from, int to) {
        output.frame(0, frame, from, to);
    }

    /**
     * Sends one frame, which is copied.
     *
     * @param more whether more frames of the same message follow; they must, before anything else is sent
     */
    public void send(byte[] frame, int from, int to, boolean more) {
        output.frame(more ? Frames.MORE : 0, frame, from, to);
    }

    /**
     * Sends a message of one frame that is put together of three parts. Does nothing when the peer is gone.
     *
     * @param head its bytes {@code [from..to)} are the first part, copied
     * @param content the second part; it passes into the peer's ownership and is copied only when it is small
     * @param tail the third part, copied
     */
    public void send(byte[] head, int from, int to, ByteBuf content, byte[] tail) {
        output.frame(0, head, from, to, content, tail);
    }

    /**
     * Ends the connection after what was sent has left, within {@code linger}. No frame is told any more;
     * {@link PeerListener#onGone} follows, never during this call.
     */
    public void close(String reason) {
        connection.close(reason);
    }

    /** What {@link #attach} was given last. */
    public @Nullable Object attachment() {
        return attachment;
    }

    /** Keeps an object of the listener's with the peer. */
    public void attach(@Nullable Object object) {
        attachment = object;
    }

    @Override
    public String toString() {
        return type + " " + remoteAddress();
    }
}
