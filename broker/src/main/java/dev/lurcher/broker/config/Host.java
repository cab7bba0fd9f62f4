package dev.lurcher.broker.config;

import java.util.List;

/**
 * One row of table {@code host}: a name pattern and its routes.
 *
 * @param row its id
 * @param name for logs, and for {@code server.default_host}
 * @param matching the pattern that names of requests must match
 * @param routes in the order of their rows, which counts
 */
public record Host(long row, String name, String matching, List<Route> routes) {
    /** Copies the list. */
    public Host {
        routes = List.copyOf(routes);
    }
}
