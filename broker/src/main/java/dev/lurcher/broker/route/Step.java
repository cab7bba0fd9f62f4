package dev.lurcher.broker.route;

/**
 * One step on the way from host name and path to a route.
 *
 * @param kind what happened
 * @param row the row of {@code host} or {@code route} that it is about; 0 where it is about none
 * @param value what {@code kind} speaks of: a name, suffix, matching, prefix or path, as configured; may be empty
 */
public record Step(Kind kind, long row, String value) {
    /** What a step can be. */
    public enum Kind {
        /** The request names no host. */
        NO_HOST_NAME("the request names no host%s"),
        /** The host name ends in the literal end of a host's matching. */
        HOST_SUFFIX("the host name ends in \"%s\""),
        /** The host name is itself the end of the literal end of a host's matching; that counts in Mongrel2's way. */
        HOST_SUFFIX_LONGER("the host name is an end of \"%s\""),
        /** No host's matching ends as the host name does. */
        NO_HOST_SUFFIX("no host's matching fits the name%s"),
        /** The suffix begins in the middle of a label; that does not count under {@code route.strict}. */
        NO_DOT_BOUNDARY("\"%s\" does not begin at a dot of the host name"),
        /** The default host is taken. */
        DEFAULT_HOST("the default host \"%s\""),
        /** A host is found. */
        HOST("host \"%s\""),
        /** The path begins with the part of a route's path before its first parenthesis. */
        PREFIX("the path begins with \"%s\""),
        /** The path is itself the beginning of a longer prefix; that counts in Mongrel2's way. */
        PREFIX_LONGER("the path is a beginning of \"%s\""),
        /** No route's prefix fits the path, or no other one. */
        NO_PREFIX("no prefix fits the path%s"),
        /** What is tried has no pattern: it matches. */
        NO_PATTERN("\"%s\" has no pattern and matches"),
        /** What is tried has no pattern, but a path that is only the beginning of the prefix finds the first route alone. */
        TOO_SHORT("the path is too short for \"%s\", which is not the first of its prefix"),
        /** The pattern matches. */
        PATTERN_MATCHES("the pattern of \"%s\" matches"),
        /** The pattern does not match. */
        PATTERN_FAILS("the pattern of \"%s\" does not match"),
        /** The pattern breaks the grammar and never matches. */
        PATTERN_UNREADABLE("the pattern of \"%s\" cannot be read and never matches"),
        /** The next shorter suffix or prefix is tried; only under {@code route.strict}. */
        FALLBACK("back to the next shorter one, \"%s\""),
        /** A route is found. */
        ROUTE("route \"%s\""),
        /** No route matches. */
        NO_ROUTE("no route matches%s");

        private final String sentence;

        Kind(String sentence) {
            this.sentence = sentence;
        }
    }

    /** The step as a sentence without a full stop. */
    @Override
    public String toString() {
        return kind.sentence.formatted(value);
    }
}
