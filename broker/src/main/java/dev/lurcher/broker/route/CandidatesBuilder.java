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
    private static final class Group<T> {
        private final List<Candidate<T>> candidates = new ArrayList<>(1);
        private @Nullable ClassPool pool;

        private ClassPool pool() {
            if (pool == null) {
                pool = new ClassPool();
            }
            return pool;
        }
    }

    private static final ByteClass[] NO_CLASSES = {};

    private final Map<String, Group<T>> groups = new LinkedHashMap<>();

    /** Adds one without a pattern. */
    void addPlain(String literal, T target, long row, String source) {
        group(literal).candidates.add(new Candidate<>(target, row, source, null, null));
    }

    /**
     * Adds one with a pattern.
     *
     * @return what is wrong with the pattern, or null
     */
    @Nullable
    PatternException add(String literal, T target, long row, String source, Function<ClassPool, BytePattern> compiler) {
        Group<T> group = group(literal);
        BytePattern pattern = null;
        PatternException broken = null;
        try {
            pattern = compiler.apply(group.pool());
        } catch (PatternException e) {
            broken = e;
        }
        group.candidates.add(new Candidate<>(target, row, source, pattern, broken));
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
            List<Candidate<T>> tried = new ArrayList<>(group.candidates);
            order.arrange(tried);
            if (tried.size() < group.candidates.size()) {
                Set<Candidate<T>> reached = Collections.newSetFromMap(new IdentityHashMap<>());
                reached.addAll(tried);
                group.candidates.stream()
                        .filter(candidate -> !reached.contains(candidate))
                        .forEach(candidate -> unreached.accept(candidate.target()));
            }
            built.put(literal, new Candidates<>(tried, group.pool == null ? NO_CLASSES : group.pool.classes()));
        });
        return built;
    }

    private Group<T> group(String literal) {
        return groups.computeIfAbsent(literal, unused -> new Group<>());
    }
}
