package dev.lurcher.broker.route;

import dev.lurcher.broker.config.Host;
import dev.lurcher.broker.config.Route;
import org.jspecify.annotations.Nullable;

/**
 * A host or a route that can never be found.
 *
 * @param kind why
 * @param host the host, or the one that the route belongs to
 * @param route the route; null where the problem is the host's own matching
 * @param broken what is wrong with the pattern; null unless {@code kind} is {@code UNREADABLE_PATTERN}
 */
public record RouteProblem(
        Kind kind,
        Host host,
        @Nullable Route route,
        @Nullable PatternException broken) {
    /** Why something can never be found. */
    public enum Kind {
        /** Its pattern breaks the grammar. Mongrel2 logs that at each request. */
        UNREADABLE_PATTERN("cannot be read"),
        /** It begins with a pattern: nothing literal leads to it. Under {@code route.strict} such a one is tried last. */
        NO_LITERAL("has no literal part that leads to its pattern; write one, or set route.strict=1"),
        /** Another row with the same literal part, and without a pattern, is taken before it. */
        SHADOWED("is never reached: another row with the same literal part comes before it; remove one of the two");

        private final String words;

        Kind(String words) {
            this.words = words;
        }
    }

    /** The problem in a sentence that names table, row and value, without a full stop. */
    public String text() {
        String where = route == null
                ? "host %d (matching \"%s\") ".formatted(host.row(), host.matching())
                : "route %d (path \"%s\") of host \"%s\" ".formatted(route.row(), route.path(), host.name());
        return where + (broken == null ? kind.words : kind.words + ": " + broken.getMessage());
    }
}
