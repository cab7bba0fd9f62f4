package dev.lurcher.broker.route;

import dev.lurcher.broker.route.Candidates.Candidate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what shares a prefix or suffix.
 *
 * @param <T> what is looked for
 */
final class CandidatesBuilder<T> {
    private final PatternPool pool;
    private final Map<String, List<Candidate<T>>> groups = new LinkedHashMap<>();

    /**
     * Starts with none.
     *
     * @param pool where patterns are compiled
     */
    CandidatesBuilder(PatternPool pool) {
        this.pool = pool;
    }

    /** Adds one without a pattern. */
    void addPlain(String literal, T target, long row, String source) {
        group(literal).add(new Candidate<>(target, row, source, null, null));
    }

    /**
     * Adds one with a pattern.
     *
     * @return what is wrong with the pattern, or null
     */
    @Nullable
    PatternException add(
            String literal, T target, long row, String source, Function<PatternPool, BytePattern> compiler) {
        BytePattern pattern = null;
        PatternException broken = null;
        try {
            pattern = compiler.apply(pool);
        } catch (PatternException e) {
            broken = e;
        }
        group(literal).add(new Candidate<>(target, row, source, pattern, broken));
        return broken;
    }

    /**
     * All groups, in the order of their first member.
     *
     * @param unreached hears of each member that is never tried
     */
    Map<String, Candidates<T>> build(Order order, Consumer<T> unreached) {
        Map<String, Candidates<T>> built = LinkedHashMap.newLinkedHashMap(groups.size());
        groups.forEach((literal, group) -> {
            List<Candidate<T>> tried = new ArrayList<>(group);
            order.arrange(tried);
            if (tried.size() < group.size()) {
                Set<Candidate<T>> reached = Collections.newSetFromMap(new IdentityHashMap<>());
                reached.addAll(tried);
                group.stream()
                        .filter(candidate -> !reached.contains(candidate))
                        .forEach(candidate -> unreached.accept(candidate.target()));
            }
            built.put(literal, new Candidates<>(tried, pool));
        });
        return built;
    }

    private List<Candidate<T>> group(String literal) {
        return groups.computeIfAbsent(literal, unused -> new ArrayList<>(1));
    }
}
