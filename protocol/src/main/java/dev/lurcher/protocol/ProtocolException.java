package dev.lurcher.protocol;

/** A message that breaks the grammar of the protocol. Carries a {@link Code} and no stack trace: it is an everyday event. */
public final class ProtocolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is wrong with the message. */
    public enum Code {
        /** The sender id is missing or holds a byte that is not a letter, a digit or {@code -}. */
        BAD_SENDER
    }

    private final Code code;

    /** Creates the exception; {@code detail} says where and what, for a log line. */
    public ProtocolException(Code code, String detail) {
        super(code + ": " + detail, null, false, false);
        this.code = code;
    }

    /** What is wrong. */
    public Code code() {
        return code;
    }
}
