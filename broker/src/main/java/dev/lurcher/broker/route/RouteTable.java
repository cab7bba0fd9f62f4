package dev.lurcher.broker.route;

import org.jspecify.annotations.Nullable;

/** Stub. */
public final class RouteTable {
    public static RouteTable of(dev.lurcher.broker.config.Server server, boolean strict) {
        return new RouteTable();
    }

    public HostRoutes host(@Nullable String name) {
        return new HostRoutes();
    }
}
