package dev.lurcher.broker.directory;

import dev.lurcher.broker.directory.ByteRanges.Range;
import java.util.List;

/**
 * What is to be sent of a file. Immutable.
 *
 * @param form the bytes that it is about
 * @param ranges some of them, in the client's order; empty for all
 * @param head whether the method is HEAD
 */
public record Selection(Outcome outcome, Representation form, List<Range> ranges, boolean head) {
    /** What the answer says. */
    public enum Outcome {
        /** All of it. */
        WHOLE(200),
        /** The ranges. */
        PARTS(206),
        /** Nothing: the client has it. */
        NOT_MODIFIED(304),
        /** Nothing: a precondition does not hold. */
        FAILED(412),
        /** Nothing: no byte of the ranges is there. */
        UNSATISFIABLE(416);

        private final int status;

        Outcome(int status) {
            this.status = status;
        }
    }

    /** The status code of the answer. */
    public int status() {
        return outcome.status;
    }

    /** Whether the answer has bytes of the file. */
    public boolean hasContent() {
        return !head && (outcome == Outcome.WHOLE || outcome == Outcome.PARTS);
    }

    /** Bytes of the whole file, as {@code Content-Range} of an answer 416 names them. */
    public long size() {
        return form.size();
    }
}
