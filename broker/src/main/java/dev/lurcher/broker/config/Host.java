package dev.lurcher.broker.config;

import java.util.List;

/** A name pattern and its routes. */
public record Host(long row, String name, String matching, List<Route> routes) {}
