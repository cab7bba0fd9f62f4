package dev.lurcher.broker.config.history;

/**
 * Something that is not as it was.
 *
 * @param kind what became of it
 * @param what a row, as {@code handler echo}, or a value of one, as {@code server main, port}
 * @param before what was there; empty for what was added
 * @param after what is there now; empty for what was removed
 */
public record Change(Kind kind, String what, String before, String after) {
    /** What may become of something. */
    public enum Kind {
        /** It was not there. */
        ADDED,
        /** It is no longer there. */
        REMOVED,
        /** It is another one. */
        CHANGED
    }
}
