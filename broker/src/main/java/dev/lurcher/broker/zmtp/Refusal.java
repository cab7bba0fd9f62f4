package dev.lurcher.broker.zmtp;

/**
 * Why a connection cannot go on.
 *
 * @param event how it is counted
 * @param reason what is wrong, for the log; printable ASCII
 * @param told what the peer's ERROR command says; printable ASCII
 */
record Refusal(ZmtpCounters.Event event, String reason, String told) {
    /** What ZeroMQ libraries take for a failed authentication (RFC 27, "status code"), and all that an unknown peer is told. */
    private static final String NOT_AUTHENTICATED = "400";

    Refusal(ZmtpCounters.Event event, String reason) {
        this(event, reason, reason);
    }

    /** Somebody who is not known, or who has not proved it. */
    static Refusal notAdmitted(String reason) {
        return new Refusal(ZmtpCounters.Event.NOT_ADMITTED, reason, NOT_AUTHENTICATED);
    }
}
