package dev.lurcher.broker.zmtp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;

/** A peer without a connection: whoever tests what is sent to peers says what becomes of it. */
public abstract class DetachedPeer extends Peer {
    private final EventLoop loop;

    @SuppressWarnings("NullAway") // What there is of a connection is overridden.
    protected DetachedPeer(SocketType type, EventLoop loop) {
        super(null, null, type, new byte[0]);
        this.loop = loop;
    }

    /** A message was sent. */
    protected abstract void onSent(byte[] frame, int from, int to);

    @Override
    public String remoteAddress() {
        return "detached";
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public boolean isWritable() {
        return true;
    }

    @Override
    public long pendingBytes() {
        return 0;
    }

    @Override
    public void send(byte[] frame, int from, int to) {
        onSent(frame, from, to);
    }

    @Override
    public void send(byte[] frame, int from, int to, boolean more) {
        onSent(frame, from, to);
    }

    @Override
    public void send(byte[] head, int from, int to, ByteBuf content, byte[] tail) {
        content.release();
        onSent(head, from, to);
    }

    @Override
    public void close(String reason) {
        throw new UnsupportedOperationException();
    }
}
