package dev.lurcher.broker.http;

import dev.lurcher.broker.telemetry.TrafficLane;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;

/**
 * What comes from one client: decoded one request at a time, not read without bound, and listened to until the very end.
 * <p>Thread: the channel's event loop.
 */
final class ClientInput {
    private static final ChannelHandler[] NOBODY = {};

    private final Channel channel;
    private final RequestDecoder decoder;
    private final TrafficLane lane;
    private final int maxAheadBytes;
    /** What has taken the decoder's place, if anything has. */
    private ChannelHandler[] incoming = NOBODY;

    private boolean closed;
    private boolean ended;

    /**
     * Creates the input.
     *
     * @param lane where what comes is counted
     * @param maxAheadBytes most that a client may send ahead of its answers before it is read no further
     */
    ClientInput(Channel channel, RequestDecoder decoder, TrafficLane lane, int maxAheadBytes) {
        this.channel = channel;
        this.decoder = decoder;
        this.lane = lane;
        decoder.count(lane);
        this.maxAheadBytes = maxAheadBytes;
    }

    /** How many bytes have come: to the decoder, and to what has taken its place. */
    long receivedBytes() {
        long bytes = decoder.receivedBytes();
        for (ChannelHandler each : incoming) {
            bytes += each instanceof WebSocketInbound frames ? frames.receivedBytes() : 0;
        }
        return bytes;
    }

    /** Whether a head has begun and is not complete. */
    boolean isInHead() {
        return decoder.phase() == RequestDecoder.Phase.HEAD;
    }

    /** Whether the request in hand has been read to its end. */
    boolean isWhole() {
        return decoder.phase() == RequestDecoder.Phase.IDLE;
    }

    /** The client has closed its sending side; what it sent before may still wait in the decoder. */
    void onClosed() {
        closed = true;
    }

    /** Whether the client has closed its sending side. */
    boolean isClosed() {
        return closed;
    }

    /** Nothing more will be decoded. */
    void onEnded() {
        ended = true;
    }

    /** Whether nothing more will be decoded. */
    boolean isEnded() {
        return ended;
    }

    /** Keeps the requests that follow undecoded. */
    void pause() {
        decoder.pause();
    }

    /** While paused: stops reading from a client that sends far ahead of its answers. */
    void limit() {
        if (decoder.bufferedBytes() > maxAheadBytes && channel.config().isAutoRead()) {
            channel.config().setAutoRead(false);
        }
    }

    /** Stops reading, or goes on. */
    void hold(boolean hold) {
        channel.config().setAutoRead(!hold);
    }

    /** Lets more chunked content come in the request in hand than the settings say. */
    void allowContent(long mostBytes) {
        decoder.allowContent(mostBytes);
    }

    /** Decodes no more requests: the handlers take the decoder's place, and first what it had not decoded. */
    void become(ChannelHandler... wanted) {
        ChannelHandler[] handlers = new ChannelHandler[wanted.length + 1];
        handlers[0] = new ReceivedBytes(lane);
        System.arraycopy(wanted, 0, handlers, 1, wanted.length);
        // Those that come out of the decoder have been counted.
        lane.received(-decoder.bufferedBytes());
        for (int i = handlers.length - 1; i >= 0; i--) {
            channel.pipeline().addAfter(channel.pipeline().context(decoder).name(), null, handlers[i]);
        }
        incoming = handlers;
        read();
        channel.pipeline().remove(decoder);
    }

    /** Goes on with the next request. */
    void resume() {
        read();
        ChannelHandlerContext decoding = channel.pipeline().context(decoder);
        try {
            decoder.resume(decoding);
        } catch (Exception e) {
            // The policy for whatever Netty's codec throws stands in HttpInbound, as for bytes that have just arrived.
            decoding.fireExceptionCaught(e);
        }
    }

    /**
     * Decodes nothing any more.
     *
     * @return whether the client may still be sending, so that closing now would reset the connection and could destroy what it
     *     has not read yet
     */
    boolean end() {
        boolean unread = incoming.length > 0 || decoder.bufferedBytes() > 0 || !isWhole();
        if (closed || !unread) {
            return false;
        }
        if (incoming.length == 0) {
            channel.pipeline().remove(decoder);
        }
        for (ChannelHandler each : incoming) {
            channel.pipeline().remove(each);
        }
        incoming = NOBODY;
        read();
        return true;
    }

    private void read() {
        if (!channel.config().isAutoRead()) {
            channel.config().setAutoRead(true);
        }
    }
}
