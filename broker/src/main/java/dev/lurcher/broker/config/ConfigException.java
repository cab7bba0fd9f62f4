package dev.lurcher.broker.config;

import java.util.List;

/** A configuration that no broker can run with. The message says what to do. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Code {
        /** There is no such file, or it cannot be read. */
        UNREADABLE,
        /** It is no SQLite database, or a damaged one. */
        NOT_A_DATABASE,
        /** Another process keeps it locked. */
        LOCKED,
        /** It lacks tables or columns of a configuration, or is written for a later version. */
        WRONG_SCHEMA,
        /** It cannot be made or changed. */
        UNWRITABLE,
        /** It has no such server, or several and none was named. */
        NO_SUCH_SERVER,
        /** Its history has no such revision. */
        NO_SUCH_REVISION,
        /** Its contents do not fit together; the problems say what. */
        INVALID
    }

    private final Code code;
    private final transient List<Problem> problems;

    /** Creates the exception without problems of single rows. */
    public ConfigException(Code code, String message) {
        this(code, message, List.of());
    }

    /** Creates the exception. */
    public ConfigException(Code code, String message, List<Problem> problems) {
        super(message);
        this.code = code;
        this.problems = List.copyOf(problems);
    }

    /** Why. */
    public Code code() {
        return code;
    }

    /** All problems that were found, warnings included. */
    public List<Problem> problems() {
        return problems;
    }
}
