package dev.lurcher.broker.config.language;

/** Where texts come from that others include. */
@FunctionalInterface
public interface Library {
    /** Has nothing. */
    Library NONE = (name, from) -> {
        throw new LanguageException(LanguageException.Code.UNREADABLE, "nothing can be included here");
    };

    /**
     * Opens a text.
     *
     * @param name as it is written behind {@code include}
     * @param from the text in which it is written
     * @throws LanguageException UNREADABLE
     */
    SourceText open(String name, SourceText from);
}
