package dev.lurcher.broker.config;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a handler wants its WebSockets.
 *
 * @param automatic whether the broker answers pings and close frames itself, and workers get data only
 * @param deflate whether the broker compresses where the client can (RFC 7692)
 * @param origins whose pages may open them, in lower case, as {@code https://example.com}; empty for all
 */
public record SessionPolicy(boolean automatic, boolean deflate, List<String> origins) {
    /** A handler of which the database says nothing. */
    public static final SessionPolicy USUAL = new SessionPolicy(false, false, List.of());

    /** Copies the list. */
    public SessionPolicy {
        origins = List.copyOf(origins);
    }

    /** Whether a page of this origin may. Whoever names none is no browser, and could name any. */
    public boolean allows(@Nullable String origin) {
        return origins.isEmpty() || origin == null || origins.contains(origin.toLowerCase(Locale.ROOT));
    }
}
