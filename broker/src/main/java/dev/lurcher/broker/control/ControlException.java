package dev.lurcher.broker.control;

/** A command that cannot be carried out; becomes an answer with a code. No stack trace: it is an everyday event. */
public final class ControlException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why not. The first four are Mongrel2's. */
    public enum Code {
        /** The message is a tagged netstring, but no list. */
        INVALID_REQUEST,
        /** The message is no tagged netstring, or no list of a command and a dictionary. */
        INVALID_DATA,
        /** There is no such command. */
        CALLBACK_NOT_FOUND,
        /** An argument is missing, of the wrong kind, or names nothing that there is. */
        INVALID_ARGUMENT,
        /** No handler has this name. */
        NO_SUCH_HANDLER,
        /** No host has this name, or none of its routes leads to a handler. */
        NO_SUCH_HOST,
        /** No worker has this number or name. */
        NO_SUCH_WORKER,
        /** What became of this request is not remembered, or not any more. */
        NO_SUCH_REQUEST,
        /** The new configuration has errors; the old one stays in force. */
        RELOAD_REFUSED,
        /** A log cannot be opened; the old file stays in use. */
        CANNOT_REOPEN,
        /** Too many commands wait. */
        BUSY,
        /** A fault of the broker. */
        INTERNAL
    }

    private final Code code;

    /**
     * Creates the exception.
     *
     * @param text for whoever asked: what is wrong, and the fix
     */
    public ControlException(Code code, String text) {
        super(text, null, false, false);
        this.code = code;
    }

    /** Why not. */
    public Code code() {
        return code;
    }
}
