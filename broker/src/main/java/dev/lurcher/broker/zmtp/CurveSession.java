package dev.lurcher.broker.zmtp;

/**
 * The keys of one connection after its handshake, one for each direction; both are forgotten with it.
 *
 * @param in opens what the peer sends
 * @param lastPeerNonce the nonce of the peer's last command
 * @param out seals what is sent to it
 * @param lastNonce the nonce of our last command
 */
record CurveSession(SecretBox in, long lastPeerNonce, SecretBox out, long lastNonce) {
    /** A session's secrets are nobody's business. */
    @Override
    public String toString() {
        return "CurveSession";
    }
}
