package dev.lurcher.broker.route;

import org.jspecify.annotations.Nullable;

/** Stub. */
public final class RouteTable {
    public HostRoutes host(@Nullable String name) {
        return new HostRoutes();
    }
}
