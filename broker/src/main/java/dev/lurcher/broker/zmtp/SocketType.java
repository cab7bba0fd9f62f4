package dev.lurcher.broker.zmtp;

/** The ZeroMQ socket types that ZMTP 3.0 knows (RFC 23); a type's name is what READY carries. */
public enum SocketType {
    PUSH,
    PULL,
    PUB,
    SUB,
    XPUB,
    XSUB,
    REQ,
    REP,
    DEALER,
    ROUTER,
    PAIR
}
