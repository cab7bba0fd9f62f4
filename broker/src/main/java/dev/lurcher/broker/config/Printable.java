package dev.lurcher.broker.config;

/** Text from a database, made fit for a terminal and a log: nothing in it moves the cursor or hides. */
public final class Printable {
    private Printable() {}

    /**
     * The text with its control characters made visible.
     *
     * @param most how many characters are shown of a longer one
     */
    public static String of(String text, int most) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().limit(most).forEach(c -> {
            if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                shown.append("\\u%04x".formatted(c));
            } else {
                shown.appendCodePoint(c);
            }
        });
        return text.codePointCount(0, text.length()) > most ? shown + "..." : shown.toString();
    }
}
