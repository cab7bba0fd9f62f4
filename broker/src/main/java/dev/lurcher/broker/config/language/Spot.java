package dev.lurcher.broker.config.language;

import dev.lurcher.broker.config.Printable;

/**
 * A place in a text.
 *
 * @param source the text
 * @param offset of a character; the length of the text means its end
 */
public record Spot(SourceText source, int offset) {
    private static final int LONGEST_LINE = 110;
    private static final int BEFORE = 70;

    /** The line, counted from 1. */
    public int line() {
        return 1
                + (int) source.text()
                        .substring(0, offset)
                        .chars()
                        .filter(c -> c == '\n')
                        .count();
    }

    /** The column, counted from 1 in characters as people see them. */
    public int column() {
        return 1 + source.text().codePointCount(lineStart(), offset);
    }

    private int lineStart() {
        return source.text().lastIndexOf('\n', offset - 1) + 1;
    }

    /** Whether nothing but blanks stands before it in its line. */
    boolean beginsLine() {
        return offset == lineStart();
    }

    /** Two lines: that of the text, cut where it is very long, and a caret below the character that is meant. */
    public String excerpt() {
        String text = source.text();
        int from = lineStart();
        int end = text.indexOf('\n', offset);
        int to = end < 0 ? text.length() : end;
        String before = "";
        if (offset - from > BEFORE) {
            from = whole(offset - BEFORE);
            before = "...";
        }
        String line = before + shown(text.substring(from, offset));
        String rest = shown(text.substring(offset, Math.min(to, whole(Math.max(offset, from + LONGEST_LINE)))));
        return line + rest + "\n" + " ".repeat(line.codePointCount(0, line.length())) + "^";
    }

    /** Where no pair of surrogates is cut in two. */
    private int whole(int at) {
        String text = source.text();
        int within = Math.min(at, text.length());
        return within > 0 && within < text.length() && Character.isLowSurrogate(text.charAt(within))
                ? within - 1
                : within;
    }

    private static String shown(String part) {
        return Printable.of(part.replace('\t', ' ').replace("\r", ""), Integer.MAX_VALUE);
    }

    /** As compilers write it: {@code site.conf:3:14}. */
    @Override
    public String toString() {
        return source.name() + ":" + line() + ":" + column();
    }
}
