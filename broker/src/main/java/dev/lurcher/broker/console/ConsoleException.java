package dev.lurcher.broker.console;

/** The admin listener cannot be opened. The message says why and what to do. */
public final class ConsoleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Code {
        /** {@code admin.listen} is no address. */
        BAD_ADDRESS,
        /** The file of the token cannot be read, or holds none. */
        BAD_TOKEN,
        /** Other machines can reach the address, and there is no token. */
        TOKEN_WANTED,
        /** The address cannot be listened at. */
        CANNOT_LISTEN
    }

    private final Code code;

    ConsoleException(Code code, String message) {
        super(message);
        this.code = code;
    }

    /** What is wrong. */
    public Code code() {
        return code;
    }
}
