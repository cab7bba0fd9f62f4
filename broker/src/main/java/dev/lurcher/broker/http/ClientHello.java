package dev.lurcher.broker.http;

import dev.lurcher.broker.tls.Certificates;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.util.List;

/**
 * Waits for the first message of a TLS handshake, takes the certificate for the name that it asks for, and gives its place to
 * Netty's TLS. Whoever begins with anything else does not speak TLS.
 */
final class ClientHello extends SniHandler {
    private static final int MOST_BYTES = 16 * 1024;
    private static final int HANDSHAKE = 0x16;
    private static final int LAST_WORD_MILLIS = 1000;

    private final TlsHandshake handshake;
    private boolean begun;
    private boolean refused;

    ClientHello(Certificates certificates, TlsHandshake handshake) {
        // The handshake as a whole has a deadline.
        super(certificates::context, MOST_BYTES, 0);
        this.handshake = handshake;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        if (!begun && in.isReadable()) {
            begun = true;
            refused = in.getUnsignedByte(in.readerIndex()) != HANDSHAKE;
            if (refused) {
                handshake.notTls(ctx.channel());
            }
        }
        if (refused) {
            in.skipBytes(in.readableBytes());
        } else {
            super.decode(ctx, in, out);
        }
    }

    @Override
    protected SslHandler newSslHandler(SslContext context, ByteBufAllocator allocator) {
        SslHandler handler = super.newSslHandler(context, allocator);
        handler.setHandshakeTimeoutMillis(0);
        handler.setCloseNotifyFlushTimeoutMillis(LAST_WORD_MILLIS);
        return handler;
    }
}
