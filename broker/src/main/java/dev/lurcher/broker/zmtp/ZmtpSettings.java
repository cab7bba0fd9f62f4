package dev.lurcher.broker.zmtp;

import java.time.Duration;

/**
 * What a listener allows its peers.
 *
 * @param handshakeTimeout from the connection to the end of the handshake; more than zero
 * @param maxMessageBytes largest frame taken from a peer, 1..2^31-65537 bytes; a larger one ends the connection when its header arrives
 * @param maxPeers most connections at once, those in the handshake included; at least 1
 * @param heartbeatInterval time between two PINGs to a peer that speaks ZMTP 3.1 or sends PINGs itself; zero sends none
 * @param heartbeatTimeout silence after which such a peer is dropped; not less than the interval
 * @param writeBufferHighBytes bytes waiting for one peer from which on {@link Peer#isWritable()} is false; it is true again
 *     below half of them; at least 1024
 * @param linger how long a closed peer's last bytes may take to leave
 * @param security whom the listener lets in to begin with; {@link ZmtpListener#admit} changes it
 */
public record ZmtpSettings(
        Duration handshakeTimeout,
        int maxMessageBytes,
        int maxPeers,
        Duration heartbeatInterval,
        Duration heartbeatTimeout,
        int writeBufferHighBytes,
        Duration linger,
        Security security) {
    /** The most that {@code maxMessageBytes} can be: a buffer holds the frame's header as well. */
    public static final int MOST_MESSAGE_BYTES = Integer.MAX_VALUE - 65536;

    /** Checks the ranges. */
    public ZmtpSettings {
        require(handshakeTimeout.isPositive(), "handshakeTimeout", handshakeTimeout);
        require(maxMessageBytes > 0 && maxMessageBytes <= MOST_MESSAGE_BYTES, "maxMessageBytes", maxMessageBytes);
        require(maxPeers > 0, "maxPeers", maxPeers);
        require(!heartbeatInterval.isNegative(), "heartbeatInterval", heartbeatInterval);
        require(heartbeatTimeout.compareTo(heartbeatInterval) >= 0, "heartbeatTimeout", heartbeatTimeout);
        require(writeBufferHighBytes >= 1024, "writeBufferHighBytes", writeBufferHighBytes);
        require(!linger.isNegative(), "linger", linger);
    }

    /** The same for everybody who can connect. */
    public ZmtpSettings(
            Duration handshakeTimeout,
            int maxMessageBytes,
            int maxPeers,
            Duration heartbeatInterval,
            Duration heartbeatTimeout,
            int writeBufferHighBytes,
            Duration linger) {
        this(
                handshakeTimeout,
                maxMessageBytes,
                maxPeers,
                heartbeatInterval,
                heartbeatTimeout,
                writeBufferHighBytes,
                linger,
                Security.NONE);
    }

    /** The same with other rules for who is let in. */
    public ZmtpSettings withSecurity(Security wanted) {
        return new ZmtpSettings(
                handshakeTimeout,
                maxMessageBytes,
                maxPeers,
                heartbeatInterval,
                heartbeatTimeout,
                writeBufferHighBytes,
                linger,
                wanted);
    }

    /** 10 s for the handshake, 16 MiB, 1024 peers, PING each 5 s and 15 s of silence, 256 KiB, 1 s. */
    public static ZmtpSettings defaults() {
        return new ZmtpSettings(
                Duration.ofSeconds(10),
                16 << 20,
                1024,
                Duration.ofSeconds(5),
                Duration.ofSeconds(15),
                256 << 10,
                Duration.ofSeconds(1));
    }

    private static void require(boolean fits, String name, Object value) {
        if (!fits) {
            throw new IllegalArgumentException(name + "=" + value + " is out of range");
        }
    }
}
