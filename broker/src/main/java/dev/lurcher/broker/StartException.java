package dev.lurcher.broker;

/** A broker could not start. The message says why, and what to do. */
public final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Creates the exception. */
    public StartException(String message) {
        super(message);
    }
}
