package dev.lurcher.broker.route;

import dev.lurcher.broker.config.DirectoryPolicy;
import dev.lurcher.broker.config.Host;
import dev.lurcher.broker.config.Route;
import dev.lurcher.broker.config.Server;
import dev.lurcher.broker.config.Target;
import java.util.ArrayList;
import java.util.List;

/** Builds route tables for tests. */
final class Tables {
    private static final Target NOWHERE =
            new Target.Directory(1, "static/", "index.html", "text/plain", 0, DirectoryPolicy.USUAL);

    private Tables() {}

    /** A host whose routes have the rows 0, 1, 2 and so on. */
    static Host host(long row, String matching, String... paths) {
        List<Route> routes = new ArrayList<>();
        for (String path : paths) {
            routes.add(new Route(routes.size(), path, NOWHERE));
        }
        return new Host(row, matching, matching, routes);
    }

    static Server server(String defaultHost, Host... hosts) {
        return new Server(1, "test", "test", defaultHost, "127.0.0.1", 0, "", "", "", 2, "", "", false, List.of(hosts));
    }

    /** A table of one host. */
    static RouteTable of(boolean strict, String... paths) {
        return RouteTable.of(server("localhost", host(1, "localhost", paths)), strict);
    }

    /** The row of the route found; -1 for none. */
    static long find(RouteTable table, String path) {
        Route route = table.defaultHost().find(path);
        return route == null ? -1 : route.row();
    }

    /** The row of the host found. */
    static long host(RouteTable table, String name) {
        return table.host(name).host().row();
    }
}
