package dev.lurcher.broker.config.language;

/** Strings, written so that they are read as they were. */
final class Quotes {
    private Quotes() {}

    /** In quotes as Mongrel2 reads them where that is possible, and else with escapes. */
    static String quoted(String value) {
        if (value.codePoints().allMatch(Quotes::isVisible)) {
            for (char quote : new char[] {'\'', '"'}) {
                if (endsWith(value, quote)) {
                    return quote + value + quote;
                }
            }
        }
        StringBuilder escaped = new StringBuilder("$'");
        value.codePoints().forEach(c -> append(c, escaped));
        return escaped.append('\'').toString();
    }

    private static boolean isVisible(int c) {
        int type = Character.getType(c);
        return !Character.isISOControl(c)
                && type != Character.FORMAT
                && type != Character.LINE_SEPARATOR
                && type != Character.PARAGRAPH_SEPARATOR
                && type != Character.SURROGATE;
    }

    /** Whether a string in such quotes ends where it should: each backslash protects what stands behind it. */
    private static boolean endsWith(String value, char quote) {
        int at = 0;
        while (at < value.length() && value.charAt(at) != quote) {
            at += value.charAt(at) == '\\' ? 2 : 1;
        }
        return at == value.length();
    }

    private static void append(int c, StringBuilder out) {
        switch (c) {
            case '\\' -> out.append("\\\\");
            case '\'' -> out.append("\\'");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> {
                if (isVisible(c)) {
                    out.appendCodePoint(c);
                } else {
                    for (char unit : Character.toChars(c)) {
                        out.append("\\u%04x".formatted((int) unit));
                    }
                }
            }
        }
    }
}
