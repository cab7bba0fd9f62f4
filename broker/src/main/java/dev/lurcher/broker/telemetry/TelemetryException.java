package dev.lurcher.broker.telemetry;

/** A log that cannot be opened, or not be written as somebody wants it. The message says why and what to do. */
public final class TelemetryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Code {
        /** The file cannot be opened for appending. */
        CANNOT_OPEN,
        /** The format of the access log is unknown. */
        UNKNOWN_FORMAT,
        /** The pattern of the access log's lines cannot be read. */
        BAD_PATTERN,
        /** What the access log is to hold cannot be read. */
        BAD_FILTER
    }

    private final Code code;

    TelemetryException(Code code, String message) {
        super(message);
        this.code = code;
    }

    /** What is wrong. */
    public Code code() {
        return code;
    }
}
