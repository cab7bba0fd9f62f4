package dev.lurcher.broker.route;

import dev.lurcher.broker.config.Host;
import dev.lurcher.broker.config.Route;
import dev.lurcher.broker.route.PrefixTree.Entry;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The routes of one host. Immutable. */
public final class HostRoutes {
    private final Host host;
    private final boolean strict;
    private final PrefixTree<Candidates<Route>> prefixes;

    private HostRoutes(Host host, boolean strict, Map<String, Candidates<Route>> routes) {
        this.host = host;
        this.strict = strict;
        this.prefixes = new PrefixTree<>(PrefixTree.Direction.FORWARD, routes);
    }

    static HostRoutes of(Host host, boolean strict, PatternPool pool, Consumer<RouteProblem> problems) {
        CandidatesBuilder<Route> routes = new CandidatesBuilder<>(pool);
        for (Route route : host.routes()) {
            String path = Octets.of(route.path());
            int pattern = path.indexOf('(');
            if (pattern < 0 ? path.isEmpty() : pattern == 0 && !strict) {
                problems.accept(new RouteProblem(RouteProblem.Kind.NO_LITERAL, host, route, null));
            } else if (pattern < 0) {
                routes.addPlain(path, route, route.row(), route.path());
            } else {
                PatternException broken = routes.add(
                        path.substring(0, pattern),
                        route,
                        route.row(),
                        route.path(),
                        compiler -> compiler.ofPath(path, pattern));
                if (broken != null) {
                    problems.accept(new RouteProblem(RouteProblem.Kind.UNREADABLE_PATTERN, host, route, broken));
                }
            }
        }
        return new HostRoutes(
                host,
                strict,
                routes.build(
                        strict ? Order.STRICT : Order.MONGREL2_ROUTES,
                        route -> problems.accept(new RouteProblem(RouteProblem.Kind.SHADOWED, host, route, null))));
    }

    /** The host as configured. */
    public Host host() {
        return host;
    }

    /**
     * Finds the route of a path. Allocates nothing for paths up to 64 KiB.
     *
     * @param path bytes as chars 0..255, not percent-decoded, without query
     * @return the route, or null when none matches
     */
    public @Nullable Route find(String path) {
        return find(path, Trace.SILENT);
    }

    @Nullable
    Route find(String path, Trace trace) {
        Route found = strict ? findStrictly(path, trace) : findAsMongrel2(path, trace);
        if (found == null) {
            trace.step(Step.Kind.NO_ROUTE, 0, "");
        } else {
            trace.step(Step.Kind.ROUTE, found.row(), found.path());
        }
        return found;
    }

    private @Nullable Route findAsMongrel2(String path, Trace trace) {
        int length = path.length();
        Entry<Candidates<Route>> entry = prefixes.nearest(path, length);
        if (entry == null) {
            trace.step(Step.Kind.NO_PREFIX, 0, "");
            return null;
        }
        int from = entry.length();
        trace.step(from > length ? Step.Kind.PREFIX_LONGER : Step.Kind.PREFIX, 0, entry.prefix());
        return entry.value().find(path, from, length, true, trace);
    }

    private @Nullable Route findStrictly(String path, Trace trace) {
        int length = path.length();
        Step.Kind kind = Step.Kind.PREFIX;
        for (var entry = prefixes.longest(path, length); entry != null; entry = entry.shorter()) {
            trace.step(kind, 0, entry.prefix());
            Route found = entry.value().find(path, entry.length(), length, true, trace);
            if (found != null) {
                return found;
            }
            kind = Step.Kind.FALLBACK;
        }
        trace.step(Step.Kind.NO_PREFIX, 0, "");
        return null;
    }
}
