package dev.lurcher.broker.config;

/** Text from a database, made fit for a terminal and a log: nothing in it moves the cursor or hides. */
public final class Printable {
    private Printable() {}

    /**
     * The text with its control characters made visible: six characters or more each, as {@code \\u001b}.
     *
     * @param most how many characters are shown of what would be longer, three dots not counted
     */
    public static String of(String text, int most) {
        StringBuilder shown = new StringBuilder();
        int room = most;
        int at = 0;
        while (at < text.length()) {
            int c = text.codePointAt(at);
            String character = hides(c) ? "\\u%04x".formatted(c) : Character.toString(c);
            room -= hides(c) ? character.length() : 1;
            if (room < 0) {
                return shown.append("...").toString();
            }
            shown.append(character);
            at += Character.charCount(c);
        }
        return shown.toString();
    }

    private static boolean hides(int c) {
        return Character.isISOControl(c) || Character.getType(c) == Character.FORMAT;
    }
}
