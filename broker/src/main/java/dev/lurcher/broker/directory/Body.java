package dev.lurcher.broker.directory;

import dev.lurcher.broker.directory.ByteRanges.Range;
import dev.lurcher.broker.directory.Selection.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The content of an answer: pieces of a file, and what stands between them where there are several (RFC 9110, 14.6). Immutable.
 *
 * @param pieces in their order
 * @param tail what comes after the last one, ASCII
 * @param boundary between the parts, or empty
 */
public record Body(List<Piece> pieces, String tail, String boundary) {
    /**
     * Bytes of the file.
     *
     * @param before what comes before them, ASCII
     * @param from their place in the file
     * @param length 0 only for an empty file
     */
    public record Piece(String before, long from, long length) {}

    /** The content that an answer 200 or 206 has, or for HEAD would have. */
    public static Body of(Selection selection) {
        if (selection.outcome() != Outcome.PARTS) {
            return new Body(List.of(new Piece("", 0, selection.size())), "", "");
        }
        List<Range> ranges = selection.ranges();
        if (ranges.size() == 1) {
            return new Body(
                    List.of(new Piece("", ranges.get(0).from(), ranges.get(0).length())), "", "");
        }
        ThreadLocalRandom random = ThreadLocalRandom.current();
        // Nobody can know it beforehand and put it into the file.
        String boundary = "part-" + Long.toHexString(random.nextLong()) + Long.toHexString(random.nextLong());
        List<Piece> pieces = new ArrayList<>(ranges.size());
        for (Range range : ranges) {
            pieces.add(new Piece(delimiter(boundary, range, selection), range.from(), range.length()));
        }
        return new Body(pieces, "\r\n--" + boundary + "--\r\n", boundary);
    }

    private static String delimiter(String boundary, Range range, Selection selection) {
        String type = selection.form().type();
        return "\r\n--" + boundary + "\r\n" + (type.isEmpty() ? "" : "Content-Type: " + type + "\r\n")
                + "Content-Range: " + contentRange(range, selection.size()) + "\r\n\r\n";
    }

    /** The value of a Content-Range field. */
    static String contentRange(Range range, long size) {
        return "bytes " + range.from() + "-" + (range.end() - 1) + "/" + size;
    }

    /** Bytes of all of it. */
    public long length() {
        long sum = tail.length();
        for (Piece piece : pieces) {
            sum += piece.before().length() + piece.length();
        }
        return sum;
    }
}
