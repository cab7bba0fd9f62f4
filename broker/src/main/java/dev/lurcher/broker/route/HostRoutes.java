package dev.lurcher.broker.route;

import dev.lurcher.broker.config.Route;
import org.jspecify.annotations.Nullable;

/** Stub. */
public final class HostRoutes {
    public @Nullable Route find(String path) {
        return null;
    }
}
