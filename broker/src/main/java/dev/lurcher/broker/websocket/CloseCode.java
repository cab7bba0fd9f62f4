package dev.lurcher.broker.websocket;

/** Why a WebSocket is closed (RFC 6455, 7.4.1, and IANA's registry): the codes with which the broker itself does. */
public enum CloseCode {
    /** The broker stops, or nobody has said anything for too long. */
    GOING_AWAY(1001),
    /** A frame that must not be. */
    PROTOCOL_ERROR(1002),
    /** Text that is not UTF-8, or compressed data that cannot be expanded. */
    INVALID_DATA(1007),
    /** Too many frames of a kind. */
    POLICY_VIOLATION(1008),
    /** A frame or message past its limit. */
    TOO_BIG(1009),
    /** The worker that had the session is gone. */
    SERVICE_RESTART(1012),
    /** No worker takes the message. */
    TRY_AGAIN_LATER(1013);

    private final int number;

    CloseCode(int number) {
        this.number = number;
    }

    /** The number that is sent. */
    public int number() {
        return number;
    }

    /**
     * Whether a close frame may hold this number: one that is defined for it, or one of the ranges for libraries and for
     * applications.
     */
    static boolean isAllowed(int number) {
        return (number >= 1000 && number <= 1014 && number != 1004 && number != 1005 && number != 1006)
                || (number >= 3000 && number <= 4999);
    }
}
