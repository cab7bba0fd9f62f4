package dev.lurcher.broker.console;

import io.netty.channel.Channel;

/** How the clients of an admin listener come in, where that is over TLS. On each connection's event loop. */
public interface AdminDoor {
    /** Takes in a client that has just connected: puts what speaks TLS into its empty pipeline. */
    void enter(Channel channel);

    /** Whether clients are asked for certificates. */
    boolean asksForCertificates();

    /** Whether a client, from whom a request has come, has shown a certificate that is signed as it should be. */
    boolean vouchesFor(Channel channel);

    /** Lets go of the certificates. */
    void close();
}
