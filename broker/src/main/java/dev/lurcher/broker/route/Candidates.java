package dev.lurcher.broker.route;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What shares one prefix (routes) or one suffix (hosts), in the order in which it is tried.
 *
 * @param <T> what is looked for
 */
final class Candidates<T> {
    /**
     * One of them.
     *
     * @param row its row
     * @param source its path or matching as configured
     * @param pattern the compiled pattern; null where there is none, or none that can be read
     * @param broken why the pattern cannot be read; else null
     */
    record Candidate<T>(
            T target,
            long row,
            String source,
            @Nullable BytePattern pattern,
            @Nullable PatternException broken) {
        boolean isPlain() {
            return pattern == null && broken == null;
        }
    }

    private final Candidate<T>[] inOrder;
    private final PatternPool pool;

    @SuppressWarnings("unchecked") // an array of a generic type
    Candidates(List<Candidate<T>> inOrder, PatternPool pool) {
        this.inOrder = inOrder.toArray(Candidate[]::new);
        this.pool = pool;
    }

    /**
     * The first that matches.
     *
     * @param text of which the patterns see {@code [from, to)}; where that is less than nothing, only a first one without
     *     pattern can match
     * @param plain whether one without a pattern matches
     */
    @Nullable
    T find(String text, int from, int to, boolean plain, Trace trace) {
        PatternMatcher matcher = null;
        for (int i = 0; i < inOrder.length; i++) {
            Candidate<T> candidate = inOrder[i];
            if (candidate.pattern == null) {
                if (candidate.broken != null) {
                    trace.step(Step.Kind.PATTERN_UNREADABLE, candidate.row, candidate.source);
                } else if (i > 0 && from > to) {
                    trace.step(Step.Kind.TOO_SHORT, candidate.row, candidate.source);
                } else if (plain) {
                    trace.step(Step.Kind.NO_PATTERN, candidate.row, candidate.source);
                    return candidate.target;
                } else {
                    trace.step(Step.Kind.NO_DOT_BOUNDARY, candidate.row, candidate.source);
                }
                continue;
            }
            if (matcher == null && from <= to) {
                matcher = PatternMatcher.of(text, from, to, pool);
            }
            if (matcher != null && matcher.matches(candidate.pattern)) {
                trace.step(Step.Kind.PATTERN_MATCHES, candidate.row, candidate.source);
                return candidate.target;
            }
            trace.step(Step.Kind.PATTERN_FAILS, candidate.row, candidate.source);
        }
        return null;
    }
}
