package dev.lurcher.broker.zmtp;

import org.jspecify.annotations.Nullable;

/** An endpoint that cannot be understood or bound, or a key. The message names what is wrong and how to put it right. */
public final class ZmtpException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Code {
        /** The endpoint starts with neither {@code tcp://} nor {@code ipc://}. */
        UNKNOWN_TRANSPORT,
        /** The host of a {@code tcp} endpoint is missing or misspelt. */
        BAD_HOST,
        /** The port of a {@code tcp} endpoint is missing or not 0..65535. */
        BAD_PORT,
        /** The path of an {@code ipc} endpoint is missing, too long or not a path. */
        BAD_PATH,
        /** The host is neither an address nor an interface nor a name that resolves. */
        UNKNOWN_HOST,
        /** Somebody listens there already. */
        ADDRESS_IN_USE,
        /** At the path of an {@code ipc} endpoint lies something that is no socket. */
        NOT_A_SOCKET,
        /** The system refuses to bind there, for another reason. */
        CANNOT_BIND,
        /** What should be a key, or the hash of a password, is none. */
        BAD_KEY,
        /** The file of a secret key is missing, cannot be read, or others can read it. */
        BAD_KEY_FILE
    }

    private final Code code;

    ZmtpException(Code code, String message) {
        super(message);
        this.code = code;
    }

    ZmtpException(Code code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** What is wrong. */
    public Code code() {
        return code;
    }
}
