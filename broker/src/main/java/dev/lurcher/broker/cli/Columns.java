package dev.lurcher.broker.cli;

import dev.lurcher.broker.config.Printable;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Text in aligned columns, under headings. */
final class Columns {
    private static final String GAP = "  ";
    private static final int LONGEST_CELL = 120;

    private final List<List<String>> lines = new ArrayList<>();

    Columns(String... headings) {
        lines.add(List.of(headings));
    }

    /** Adds a line with one cell for each heading. An empty cell is shown as a dash: columns can be told apart by any tool. */
    void add(Object... cells) {
        if (cells.length != lines.get(0).size()) {
            throw new IllegalArgumentException(
                    cells.length + " cells under " + lines.get(0).size() + " headings");
        }
        List<String> line = new ArrayList<>();
        for (Object cell : cells) {
            String text = cell.toString();
            line.add(text.isEmpty() ? "-" : Printable.of(text, LONGEST_CELL));
        }
        lines.add(line);
    }

    void print(PrintWriter out) {
        int[] widths = new int[lines.get(0).size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        for (List<String> line : lines) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                text.append(line.get(i))
                        .repeat(' ', widths[i] - line.get(i).length())
                        .append(GAP);
            }
            out.println(text.toString().stripTrailing());
        }
        out.flush();
    }
}
