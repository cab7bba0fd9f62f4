package dev.lurcher.worker;

/** Something that the writer or the operator of a worker has to change. */
public final class WorkerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Code {
        /** The command line of a worker does not say where its broker is. */
        BAD_ARGUMENTS,
        /** An endpoint is no {@code tcp://host:port}, or a sender id could not begin a reply. */
        BAD_ENDPOINT,
        /** What should be a key is none, or a file with keys cannot be read. */
        BAD_KEY,
        /** The configuration database is not there, cannot be read, or is none. */
        BAD_DATABASE,
        /** The configuration names no such handler. */
        UNKNOWN_HANDLER,
        /** The configuration has several handlers of this name that differ. */
        AMBIGUOUS_HANDLER,
        /** A response is none: a status out of range, a field that would break the answer. */
        BAD_RESPONSE,
        /** Objects cannot become JSON: Jackson is not on the class path. */
        NO_JACKSON,
        /** Another thread owns the worker's sockets. */
        WRONG_THREAD,
        /** The worker is closed. */
        CLOSED
    }

    private final Code code;

    /** Creates the exception; {@code detail} names the value, what is allowed, and the fix. */
    public WorkerException(Code code, String detail) {
        super(detail);
        this.code = code;
    }

    /** Creates the exception with what it came from. */
    public WorkerException(Code code, String detail, Throwable cause) {
        super(detail, cause);
        this.code = code;
    }

    /** What is wrong. */
    public Code code() {
        return code;
    }
}
