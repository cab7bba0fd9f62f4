package dev.lurcher.broker.config.language;

import dev.lurcher.broker.config.Printable;

/**
 * Something in a text that is wrong, or that is not what it looks like.
 *
 * @param isError whether the text cannot be loaded with it
 * @param spot where
 * @param fault what is wrong, a sentence without its full stop
 * @param fix what to do about it, in the imperative and without a full stop; may be empty
 */
public record Complaint(boolean isError, Spot spot, String fault, String fix) {
    private static final int LONGEST = 300;

    /** Cuts what is very long, and makes control characters visible. */
    public Complaint {
        fault = Printable.of(fault, LONGEST);
        fix = Printable.of(fix, LONGEST);
    }

    static Complaint error(Spot spot, String fault, String fix) {
        return new Complaint(true, spot, fault, fix);
    }

    static Complaint warning(Spot spot, String fault, String fix) {
        return new Complaint(false, spot, fault, fix);
    }

    /** The place, what is wrong, the line with a caret, and the fix: three or four lines. */
    @Override
    public String toString() {
        return Printable.of(spot.toString(), LONGEST) + ": " + (isError ? "error: " : "warning: ") + fault + "\n"
                + spot.excerpt().indent(4).stripTrailing()
                + (fix.isEmpty() ? "" : "\n  Fix: " + fix);
    }
}
