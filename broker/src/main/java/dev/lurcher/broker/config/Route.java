package dev.lurcher.broker.config;

/**
 * One row of table {@code route}.
 *
 * @param row its id
 * @param path a prefix; from the first parenthesis on, a pattern
 * @param target where it leads
 */
public record Route(long row, String path, Target target) {}
