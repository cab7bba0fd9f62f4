package dev.lurcher.broker.zmtp;

import io.netty.buffer.ByteBuf;

/** The NULL mechanism (RFC 37): both sides say who they are, and are believed. */
final class NullHandshake implements Handshake {
    @Override
    public Step take(ByteBuf buffer, int index, int length) {
        int start = Commands.READY.length;
        Ready ready = Commands.is(Commands.READY, buffer, index, length)
                ? Ready.read(buffer, index + start, length - start)
                : null;
        return ready == null ? Handshake.unexpected("READY") : new Step.Complete(ready);
    }

    @Override
    public byte[] ready(SocketType ours) {
        return Commands.joined(Commands.READY, Ready.of(ours));
    }

    @Override
    public boolean isAdmittedBy(Security security) {
        return security instanceof Security.None;
    }
}
