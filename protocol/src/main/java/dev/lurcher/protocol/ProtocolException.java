package dev.lurcher.protocol;

/** A message that breaks the grammar of the protocol. Carries a {@link Code} and no stack trace: it is an everyday event. */
public final class ProtocolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is wrong with the message. */
    public enum Code {
        /** The message ends in the middle. */
        TRUNCATED,
        /** The sender id is missing or holds a byte that is not a letter, a digit or {@code -}. */
        BAD_SENDER,
        /** A length is no decimal number, is too large, or does not agree with what it counts. */
        BAD_LENGTH,
        /** A connection id is no decimal number, is larger than 2^63 - 1, or two of them are not parted by one space. */
        BAD_ID,
        /** A reply names no connection. */
        NO_TARGET,
        /** A reply names more connections than {@code limits.handler_targets}. */
        TOO_MANY_TARGETS,
        /** The {@code ,} that ends a list of ids or a netstring is not where its length says. */
        MISSING_COMMA,
        /** The space between two parts of a message is missing. */
        MISSING_SPACE,
        /** The header dictionary of a request is neither a JSON object nor a dictionary of strings and lists of strings. */
        BAD_HEADERS,
        /** Bytes follow where the message should have ended. */
        TRAILING_BYTES,
        /** A tagged netstring has an unknown type, or a value that is none of its type. */
        BAD_VALUE,
        /** A tagged netstring is nested deeper than allowed. */
        TOO_DEEP,
        /** A tagged netstring is longer than allowed. */
        TOO_LONG,
        /** The payload of an extended reply is no list of a key and its value, or the value is of the wrong type. */
        BAD_EXTENSION
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
