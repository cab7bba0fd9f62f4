package dev.lurcher.broker.config.history;

/**
 * A line of the history.
 *
 * @param number of the revision; 0 for a line that has none, as Mongrel2's tool writes them
 * @param when in UTC, as {@code 2026-11-21 18:37:23}
 * @param origin where it comes from
 */
public record Revision(long number, String when, Origin origin) {}
