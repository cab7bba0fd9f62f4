package dev.lurcher.broker.zmtp;

/** The flags octet of a ZMTP frame (RFC 37, "Framing"). All other bits are reserved and zero. */
final class Frames {
    /** More frames of the same message follow. */
    static final int MORE = 1;

    /** The size has eight octets instead of one. */
    static final int LONG = 2;

    /** The frame is a command and no message. */
    static final int COMMAND = 4;

    /** All bits with a meaning. */
    static final int KNOWN = MORE | LONG | COMMAND;

    private Frames() {}
}
