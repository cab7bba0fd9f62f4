package dev.lurcher.broker.config.language;

/**
 * A text in the configuration language.
 *
 * @param name what messages call it: the name of its file
 * @param text all of it
 */
public record SourceText(String name, String text) {
    /** The place of a character. */
    Spot at(int offset) {
        return new Spot(this, offset);
    }
}
