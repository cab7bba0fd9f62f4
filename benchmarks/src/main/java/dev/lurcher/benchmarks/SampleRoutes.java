package dev.lurcher.benchmarks;

import dev.lurcher.broker.config.DirectoryPolicy;
import dev.lurcher.broker.config.Host;
import dev.lurcher.broker.config.Route;
import dev.lurcher.broker.config.Server;
import dev.lurcher.broker.config.Target;
import java.util.ArrayList;
import java.util.List;

/** A server with one host and many routes, each a directory of its own: {@code /service-7/items/}. */
final class SampleRoutes {
    static final String HOST = "www.example.com";
    private static final Target TARGET = new Target.Directory(1, "static/", "index.html", "text/html", 0, DirectoryPolicy.USUAL);

    private SampleRoutes() {}

    /**
     * Builds the server.
     *
     * @param count how many routes
     * @param suffix what follows the prefix in each route: a pattern, or nothing
     */
    static Server server(int count, String suffix) {
        List<Route> routes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            routes.add(new Route(i + 1L, prefix(i) + suffix, TARGET));
        }
        List<Host> hosts = List.of(new Host(1, HOST, HOST, routes));
        return new Server(1, "sample", "sample", HOST, "127.0.0.1", 80, "", "", "", 0, "", "", false, hosts);
    }

    /** The prefix of a route. */
    static String prefix(int route) {
        return "/service-" + route + "/items/";
    }
}
