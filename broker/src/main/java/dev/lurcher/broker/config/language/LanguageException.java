package dev.lurcher.broker.config.language;

import java.util.List;
import java.util.stream.Collectors;

/** A text that is no configuration. The message shows each place, and says what to do. */
public final class LanguageException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int MOST_SHOWN = 20;

    /** Why. */
    public enum Code {
        /** It cannot be read as the language. */
        SYNTAX,
        /** It can be read, and something in it has no meaning: a name, a parameter, a value. */
        MEANING,
        /** A file cannot be read. */
        UNREADABLE,
        /** Rows have something that cannot be written in the language. */
        INEXPRESSIBLE
    }

    private final Code code;
    private final transient List<Complaint> complaints;

    /** Creates the exception for a text. */
    public LanguageException(Code code, List<Complaint> complaints) {
        super(complaints.stream().limit(MOST_SHOWN).map(Complaint::toString).collect(Collectors.joining("\n"))
                + (complaints.size() > MOST_SHOWN ? "\nand " + (complaints.size() - MOST_SHOWN) + " more" : ""));
        this.code = code;
        this.complaints = List.copyOf(complaints);
    }

    /** Creates the exception where there is no text yet. */
    public LanguageException(Code code, String message) {
        super(message);
        this.code = code;
        complaints = List.of();
    }

    /** Why. */
    public Code code() {
        return code;
    }

    /** All that was found, in the order of the text as far as possible. */
    public List<Complaint> complaints() {
        return complaints;
    }
}
