package dev.lurcher.broker.config;

/** A path and its target. */
public record Route(long row, String path, Target target) {}
