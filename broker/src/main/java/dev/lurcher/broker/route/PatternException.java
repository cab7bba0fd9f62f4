package dev.lurcher.broker.route;

/** A pattern that breaks the grammar of {@link BytePattern}. */
public final class PatternException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is wrong with the pattern. */
    public enum Code {
        /** The pattern ends in a {@code \} that escapes nothing. */
        TRAILING_ESCAPE("ends in a \\ that escapes nothing"),
        /** A {@code [} has no {@code ]}. */
        UNCLOSED_SET("has a [ without a ]"),
        /** A {@code \b} is not followed by two bytes. */
        MISSING_DELIMITERS("has a \\b that is not followed by two bytes"),
        /** A {@code \f} is not followed by a set. */
        MISSING_SET("has a \\f that is not followed by a [set]");

        private final String words;

        Code(String words) {
            this.words = words;
        }
    }

    private final Code code;
    private final int position;

    PatternException(Code code, String pattern, int position) {
        super("\"" + pattern + "\" " + code.words + ", at position " + position);
        this.code = code;
        this.position = position;
    }

    /** What is wrong. */
    public Code code() {
        return code;
    }

    /** Where the broken item begins: an index, from 0, into the whole {@code route.path} or {@code host.matching}. */
    public int position() {
        return position;
    }
}
