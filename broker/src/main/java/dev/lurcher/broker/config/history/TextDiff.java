package dev.lurcher.broker.config.history;

import java.util.ArrayList;
import java.util.List;

/** The lines in which two texts differ, with some of those around them, as patch files show them. */
public final class TextDiff {
    private static final int CONTEXT = 3;

    /** Beyond so many pairs of lines the middle is shown as replaced as a whole. */
    private static final long MOST_PAIRS = 4_000_000;

    private final List<String> before;
    private final List<String> after;
    private final List<Line> lines = new ArrayList<>();

    private TextDiff(String before, String after) {
        this.before = before.lines().toList();
        this.after = after.lines().toList();
    }

    /**
     * A line of both texts or of one.
     *
     * @param mark blank, "-" or "+"
     * @param old its number in the old text, or of the next one there, counted from 0
     * @param now likewise in the new one
     */
    private record Line(char mark, String text, int old, int now) {}

    /** The difference; empty when there is none. */
    public static List<String> between(String before, String after) {
        TextDiff diff = new TextDiff(before, after);
        diff.compare();
        return diff.hunks();
    }

    private void compare() {
        int start = 0;
        while (start < before.size()
                && start < after.size()
                && before.get(start).equals(after.get(start))) {
            start++;
        }
        int end = 0;
        while (end < before.size() - start
                && end < after.size() - start
                && before.get(before.size() - 1 - end).equals(after.get(after.size() - 1 - end))) {
            end++;
        }
        for (int i = 0; i < start; i++) {
            lines.add(new Line(' ', before.get(i), i, i));
        }
        middle(start, before.size() - end, after.size() - end);
        for (int i = end; i > 0; i--) {
            lines.add(new Line(' ', before.get(before.size() - i), before.size() - i, after.size() - i));
        }
    }

    /** The longest common sequence of what is left between the equal ends. */
    private void middle(int start, int oldEnd, int newEnd) {
        int rows = oldEnd - start;
        int columns = newEnd - start;
        boolean isSmall = (long) rows * columns <= MOST_PAIRS;
        int[][] common = isSmall ? common(start, rows, columns) : new int[0][0];
        int i = 0;
        int j = 0;
        while (i < rows || j < columns) {
            boolean isSame =
                    isSmall && i < rows && j < columns && before.get(start + i).equals(after.get(start + j));
            if (isSame) {
                lines.add(new Line(' ', before.get(start + i), start + i++, start + j++));
            } else if (i < rows && (!isSmall || j == columns || common[i + 1][j] >= common[i][j + 1])) {
                lines.add(new Line('-', before.get(start + i), start + i++, start + j));
            } else {
                lines.add(new Line('+', after.get(start + j), start + i, start + j++));
            }
        }
    }

    private int[][] common(int start, int rows, int columns) {
        int[][] common = new int[rows + 1][columns + 1];
        for (int i = rows - 1; i >= 0; i--) {
            for (int j = columns - 1; j >= 0; j--) {
                common[i][j] = before.get(start + i).equals(after.get(start + j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        return common;
    }

    private List<String> hunks() {
        List<String> out = new ArrayList<>();
        int from = nextChange(0);
        while (from < lines.size()) {
            int to = from + 1;
            for (int next = from; next < lines.size() && next <= to + 2 * CONTEXT; next = nextChange(next + 1)) {
                to = next + 1;
            }
            hunk(Math.max(0, from - CONTEXT), Math.min(lines.size(), to + CONTEXT), out);
            from = nextChange(to);
        }
        return out;
    }

    private int nextChange(int from) {
        int at = from;
        while (at < lines.size() && lines.get(at).mark() == ' ') {
            at++;
        }
        return at;
    }

    private void hunk(int from, int to, List<String> out) {
        List<Line> part = lines.subList(from, to);
        long old = part.stream().filter(line -> line.mark() != '+').count();
        long now = part.stream().filter(line -> line.mark() != '-').count();
        Line first = part.get(0);
        out.add("@@ -" + (first.old() + (old == 0 ? 0 : 1)) + "," + old + " +" + (first.now() + (now == 0 ? 0 : 1))
                + "," + now + " @@");
        part.forEach(line -> out.add(line.mark() + line.text()));
    }
}
