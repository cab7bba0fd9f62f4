package dev.lurcher.broker.zmtp;

import io.netty.buffer.ByteBuf;

/** Hears of peers and their messages. All calls for one peer are made on its event loop, so none may block. */
public interface PeerListener {
    /** The handshake is complete; the peer may be sent to. */
    void onPeer(Peer peer);

    /**
     * One frame of a message. An empty frame is told too. A message over a REP endpoint begins with the frames of its route
     * (none from a REQ peer) and one empty frame; the answer must repeat them.
     *
     * @param buffer holds the frame in one piece; valid during the call ({@code retainedSlice} keeps it); its indices must stay
     * @param index where the frame's content begins
     * @param length the frame's content in bytes, 0..{@code maxMessageBytes}
     * @param more whether more frames of the same message follow
     */
    void onFrame(Peer peer, ByteBuf buffer, int index, int length, boolean more);

    /** The last frame of one socket read has been told: a place to flush what the frames have led to. Not called without frames. */
    void onReadComplete(Peer peer);

    /** There is room again after {@link Peer#isWritable()} was false. */
    void onWritable(Peer peer);

    /**
     * The peer is gone, and what was sent to it lately may be lost. Called exactly once for each {@link #onPeer}, last.
     *
     * @param reason one line for a log
     */
    void onGone(Peer peer, String reason);
}
