package dev.lurcher.broker.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How answers of a control port are shown to people: one row as lines, several as a table. A unit at the end of a heading goes to
 * the values.
 */
final class ControlText {
    private static final int FEW_COLUMNS = 2;

    private ControlText() {}

    static void print(ControlAnswer answer, PrintWriter out) {
        if (answer.rows().size() == 1 && answer.headers().size() <= FEW_COLUMNS) {
            for (int i = 0; i < answer.headers().size(); i++) {
                out.println(heading(answer.headers().get(i)) + ": " + cell(answer, 0, i));
            }
            out.flush();
            return;
        }
        int[] shown = IntStream.range(0, answer.headers().size())
                .filter(column -> answer.rows().isEmpty() || isTold(answer, column))
                .toArray();
        Columns columns = new Columns(IntStream.of(shown)
                .mapToObj(column -> heading(answer.headers().get(column)).toUpperCase(Locale.ROOT))
                .toArray(String[]::new));
        for (int row = 0; row < answer.rows().size(); row++) {
            int line = row;
            columns.add(IntStream.of(shown)
                    .mapToObj(column -> cell(answer, line, column))
                    .toArray());
        }
        columns.print(out);
    }

    /** A column in which nothing stands is of no use to people. */
    private static boolean isTold(ControlAnswer answer, int column) {
        return answer.rows().stream().anyMatch(row -> !row.get(column).equals(""));
    }

    private static String heading(String header) {
        return header.replaceFirst("_(us|ms|s)$", "").replace('_', ' ');
    }

    private static String cell(ControlAnswer answer, int row, int column) {
        Object value = answer.rows().get(row).get(column);
        String header = answer.headers().get(column);
        if (!(value instanceof Long number)) {
            return value.toString();
        } else if (header.endsWith("_us")) {
            return time(number);
        } else if (header.endsWith("_ms")) {
            return time(number * 1000);
        } else if (header.endsWith("_s")) {
            return time(number * 1_000_000);
        }
        return value.toString();
    }

    /** Short, with three digits at least where there are so many. */
    static String time(long micros) {
        if (micros == 0) {
            return "0";
        } else if (micros < 10_000) {
            return micros < 1000 ? micros + "us" : String.format(Locale.ROOT, "%.1fms", micros / 1e3);
        } else if (micros < 1_000_000) {
            return micros / 1000 + "ms";
        } else if (micros < 120_000_000) {
            return String.format(Locale.ROOT, "%.1fs", micros / 1e6);
        }
        return micros / 60_000_000 + "m";
    }
}
