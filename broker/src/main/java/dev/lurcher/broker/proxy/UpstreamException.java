package dev.lurcher.broker.proxy;

/** Why an upstream gave no answer, or not all of it. Carries no stack trace: it is a peer's fault and may be frequent. */
public final class UpstreamException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What went wrong. */
    public enum Fault {
        /** Its name has no address, or nobody takes connections there. */
        UNREACHABLE,
        /** It did not take a connection, did not begin its answer, or stopped in the middle of it, for too long. */
        TIMEOUT,
        /** It closed the connection before its answer was complete. */
        LOST,
        /** What it sent is no sound HTTP answer. */
        BAD_ANSWER,
        /** All connections to it were in use for too long. */
        BUSY
    }

    private final Fault fault;

    /**
     * Says why.
     *
     * @param fault  what went wrong
     * @param detail one line for client and log, without anything that a peer sent
     */
    UpstreamException(Fault fault, String detail) {
        super(detail, null, false, false);
        this.fault = fault;
    }

    static UpstreamException bad(String detail) {
        return new UpstreamException(Fault.BAD_ANSWER, detail);
    }

    /** What went wrong. */
    public Fault fault() {
        return fault;
    }

    /** One line, as the end of a sentence. */
    public String detail() {
        return String.valueOf(getMessage());
    }
}
