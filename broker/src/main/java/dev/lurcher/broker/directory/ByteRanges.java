package dev.lurcher.broker.directory;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The value of a Range field (RFC 9110, 14.1).
 * <pre>
 *  "bytes=" #( first "-" [ last ] / "-" suffix-length )
 * </pre>
 * Stateless.
 */
final class ByteRanges {
    /** More ranges than this are no honest wish: the whole file is the answer. */
    static final int MOST = 8;

    private static final String UNIT = "bytes=";
    private static final int MOST_DIGITS = 18;

    private ByteRanges() {}

    /**
     * Some bytes of a file.
     *
     * @param from of the first, 0 and more
     * @param length 1 and more
     */
    record Range(long from, long length) {
        long end() {
            return from + length;
        }

        private boolean overlaps(Range other) {
            return from < other.end() && other.from < end();
        }
    }

    /**
     * The bytes that a value asks for, in its order; those beyond the file's end left out, and so perhaps none.
     *
     * @param size of the file
     * @return null where the whole file is the answer: the value breaks the grammar, is of another unit, names too many ranges,
     *     or some that overlap
     */
    static @Nullable List<Range> read(String value, long size) {
        if (!value.regionMatches(true, 0, UNIT, 0, UNIT.length())) {
            return null;
        }
        List<Range> ranges = new ArrayList<>(1);
        int count = 0;
        for (int from = UNIT.length(); from <= value.length(); ) {
            int comma = value.indexOf(',', from);
            int end = comma < 0 ? value.length() : comma;
            String spec = value.substring(from, end).strip();
            from = end + 1;
            if (!spec.isEmpty() && (++count > MOST || !add(spec, size, ranges))) {
                return null;
            }
        }
        return count == 0 ? null : ranges;
    }

    /** Adds what one spec asks for; false where the whole file is the answer. */
    private static boolean add(String spec, long size, List<Range> ranges) {
        int dash = spec.indexOf('-');
        if (dash < 0) {
            return false;
        }
        long first = number(spec, 0, dash);
        long last = number(spec, dash + 1, spec.length());
        boolean suffix = dash == 0;
        boolean open = dash == spec.length() - 1;
        if ((suffix && open) || (!suffix && first < 0) || (!open && last < 0) || (!suffix && !open && last < first)) {
            return false;
        }
        long from = suffix ? Math.max(0, size - last) : first;
        long end = suffix || open ? size : Math.min(size, last + 1);
        if (from >= end) {
            return true;
        }
        Range range = new Range(from, end - from);
        if (ranges.stream().anyMatch(range::overlaps)) {
            return false;
        }
        ranges.add(range);
        return true;
    }

    /** -1 where there is no number; one that is too long stands for a very great one. */
    private static long number(String text, int from, int end) {
        long value = 0;
        for (int i = from; i < end; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = i - from < MOST_DIGITS ? value * 10 + (c - '0') : Long.MAX_VALUE / 2;
        }
        return from == end ? -1 : value;
    }
}
