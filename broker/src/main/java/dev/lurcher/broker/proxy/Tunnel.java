package dev.lurcher.broker.proxy;

import io.netty.buffer.ByteBuf;

/** A connection to an upstream that is no longer HTTP: bytes both ways until both sides have ended. Thread: its event loop. */
public interface Tunnel {
    /** Hears what comes from the upstream. */
    interface Listener {
        /** Bytes; takes the buffer over. */
        void onBytes(ByteBuf bytes);

        /** The upstream has taken enough: there is room again. */
        void onRoom();

        /** The upstream has ended its side; it still listens. */
        void onInputEnd();

        /** The connection is over: both sides have ended, or it was lost, or silent for too long. Once, and not after {@link Tunnel#close}. */
        void onClosed();
    }

    /** Lets bytes come. */
    void open(Listener listener);

    /** Sends bytes; takes the buffer over. Whether there is room for more, else the listener hears when. */
    boolean send(ByteBuf bytes);

    /** Ends our side once everything has been sent. */
    void endOutput();

    /** Stops reading, or goes on. */
    void hold(boolean hold);

    /** Ends it at once. */
    void close();
}
