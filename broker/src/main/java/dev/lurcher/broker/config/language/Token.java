package dev.lurcher.broker.config.language;

/**
 * A word of the language.
 *
 * @param kind what it is
 * @param text a string's value, a number as it is written, a name, or a mark
 * @param spot where it begins
 */
record Token(Kind kind, String text, Spot spot) {
    /** What there is. */
    enum Kind {
        NAME,
        TEXT,
        NUMBER,
        MARK,
        END
    }

    boolean is(String mark) {
        return kind == Kind.MARK && text.equals(mark);
    }

    /** As a message names it. */
    String shown() {
        return switch (kind) {
            case NAME -> "the name " + text;
            case TEXT -> "a string";
            case NUMBER -> "the number " + text;
            case MARK -> "\"" + text + "\"";
            case END -> "the end of the file";
        };
    }
}
