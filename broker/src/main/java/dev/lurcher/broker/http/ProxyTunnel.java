package dev.lurcher.broker.http;

import dev.lurcher.broker.proxy.Tunnel;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * A client and an upstream that have left HTTP: bytes pass between them, each side no faster than the other takes them. When
 * one side ends, the other may still speak; when both have, the connection is over.
 * <p>Thread: the connection's event loop.
 */
final class ProxyTunnel extends ChannelInboundHandlerAdapter implements Tunnel.Listener {
    private static final int SWITCHED = 101;

    private final Answering client;
    private final Tunnel upstream;
    private boolean clientHeld;
    private boolean upstreamHeld;
    private boolean clientEnded;
    private boolean upstreamEnded;
    private boolean over;

    ProxyTunnel(Answering client, Tunnel upstream) {
        this.client = client;
        this.upstream = upstream;
    }

    void open() {
        // What the client has sent ahead comes first.
        client.become(this);
        upstream.open(this);
        if (client.isInputClosed()) {
            onInputClosed();
        }
    }

    // ---- from the client

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!upstream.send((ByteBuf) message) && !clientHeld) {
            clientHeld = true;
            client.holdContent(true);
        }
    }

    void onInputClosed() {
        clientEnded = true;
        upstream.endOutput();
        endIfBoth();
    }

    /** The client has taken bytes. */
    void onSent() {
        if (upstreamHeld && client.isWritable()) {
            upstreamHeld = false;
            upstream.hold(false);
        }
    }

    // ---- from the upstream

    @Override
    public void onBytes(ByteBuf bytes) {
        if (client.send(bytes) && !client.isWritable()) {
            upstreamHeld = true;
            upstream.hold(true);
        }
    }

    @Override
    public void onRoom() {
        if (clientHeld) {
            clientHeld = false;
            client.holdContent(false);
        }
    }

    @Override
    public void onInputEnd() {
        upstreamEnded = true;
        if (!clientEnded) {
            client.endOutput();
        }
        endIfBoth();
    }

    @Override
    public void onClosed() {
        end();
    }

    private void endIfBoth() {
        if (clientEnded && upstreamEnded) {
            upstream.close();
            end();
        }
    }

    private void end() {
        if (!over) {
            over = true;
            client.finish(SWITCHED, false);
        }
    }

    /** The client's connection is over. */
    void close() {
        over = true;
        upstream.close();
    }
}
