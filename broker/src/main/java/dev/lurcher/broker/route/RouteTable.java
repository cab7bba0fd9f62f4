package dev.lurcher.broker.route;

import dev.lurcher.broker.config.Host;
import dev.lurcher.broker.config.Route;
import dev.lurcher.broker.config.Server;
import dev.lurcher.broker.route.PrefixTree.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The hosts of a server and their routes. Immutable; any thread.
 *
 * <p>There are two ways to look up. In both, host names are the same in upper and lower case, an IPv6 literal is a host name
 * with its brackets ({@code [::1]}, compared as text), and a name that fits no host goes to the default host.
 *
 * <p><b>Mongrel2's way</b> keeps every habit of Mongrel2: a path that is only the beginning of a prefix finds it
 * ({@code /us} finds {@code /users}), and the earliest inserted of several; a pattern that fails ends the search; of several
 * routes with the same prefix the first inserted is tried first, then the others from the last to the second; a route without
 * a pattern that comes up in that order matches. For host names likewise, from the end: {@code notexample.com} and
 * {@code com} find {@code example.com}; only the first of several hosts with the same suffix counts; a pattern that fails
 * leads to the default host.
 *
 * <p><b>The strict way</b> ({@code route.strict=1}): the path must begin with all of a prefix, as a string ({@code /users} fits
 * {@code /users/1} and {@code /usersX}; write {@code /users/} for what lies below it); the longest prefix is tried first; of
 * the same prefix the patterns as inserted, then the first route without a pattern; when none matches, the next shorter
 * prefix is tried. A host's literal suffix must be all of the name or begin at a dot of it; a pattern must match the rest of
 * the name; when none matches, the next shorter suffix is tried. A route or matching that begins with its pattern has the
 * empty prefix and is tried last.
 *
 * <p>A pattern that cannot be read never matches, in both ways; {@link #problems} names it.
 */
public final class RouteTable {
    private final boolean strict;
    private final HostRoutes defaultHost;
    private final PrefixTree<Candidates<HostRoutes>> suffixes;
    private final List<RouteProblem> problems;

    private RouteTable(
            boolean strict,
            HostRoutes defaultHost,
            Map<String, Candidates<HostRoutes>> hosts,
            List<RouteProblem> problems) {
        this.strict = strict;
        this.defaultHost = defaultHost;
        this.suffixes = new PrefixTree<>(PrefixTree.Direction.BACKWARD, hosts);
        this.problems = List.copyOf(problems);
    }

    /**
     * Compiles a table.
     *
     * @param server whose hosts and routes are in the order of their rows
     * @param strict whether to look up in the strict way
     * @throws IllegalArgumentException when no host has the name of the server's default host
     */
    public static RouteTable of(Server server, boolean strict) {
        List<RouteProblem> problems = new ArrayList<>();
        PatternPool pool = new PatternPool();
        CandidatesBuilder<HostRoutes> builder = new CandidatesBuilder<>(pool);
        HostRoutes fallback = null;
        for (Host host : server.hosts()) {
            HostRoutes routes = HostRoutes.of(host, strict, pool, problems::add);
            boolean isDefault = fallback == null && host.name().equals(server.defaultHost());
            if (isDefault) {
                fallback = routes;
            }
            add(builder, routes, strict, isDefault ? problem -> {} : problems::add);
        }
        if (fallback == null) {
            throw new IllegalArgumentException(
                    "no host is named \"" + server.defaultHost() + "\", as server.default_host says");
        }
        HostRoutes always = fallback;
        Map<String, Candidates<HostRoutes>> built =
                builder.build(strict ? Order.STRICT : Order.MONGREL2_HOSTS, unreached -> {
                    if (unreached != always) {
                        problems.add(new RouteProblem(RouteProblem.Kind.SHADOWED, unreached.host(), null, null));
                    }
                });
        return new RouteTable(strict, fallback, built, problems);
    }

    private static void add(
            CandidatesBuilder<HostRoutes> builder, HostRoutes routes, boolean strict, Consumer<RouteProblem> problems) {
        Host host = routes.host();
        String matching = Octets.of(host.matching());
        int patternEnd = matching.lastIndexOf(')') + 1;
        String suffix = HostName.suffix(matching.substring(patternEnd));
        if (suffix.isEmpty() && (patternEnd == 0 || !strict)) {
            problems.accept(new RouteProblem(RouteProblem.Kind.NO_LITERAL, host, null, null));
        } else if (patternEnd == 0) {
            builder.addPlain(suffix, routes, host.row(), host.matching());
        } else {
            PatternException broken = builder.add(
                    suffix, routes, host.row(), host.matching(), compiler -> compiler.ofHost(matching, patternEnd));
            if (broken != null) {
                problems.accept(new RouteProblem(RouteProblem.Kind.UNREADABLE_PATTERN, host, null, broken));
            }
        }
    }

    /**
     * Finds the host that is responsible for a name. Allocates nothing.
     *
     * @param name host name or IPv6 literal in brackets, in any case; a port behind it does not count; null when the request
     *     names no host
     * @return never null: the default host where no other fits
     */
    public HostRoutes host(@Nullable String name) {
        return host(name, Trace.SILENT);
    }

    /** The host for all names that fit no other. */
    public HostRoutes defaultHost() {
        return defaultHost;
    }

    /** Hosts and routes that can never be found, in the order of their rows. */
    public List<RouteProblem> problems() {
        return problems;
    }

    /**
     * Looks up as {@link #host} and {@link HostRoutes#find} do, and keeps a record of each step.
     *
     * @param name as for {@link #host}
     * @param path as for {@link HostRoutes#find}
     */
    public Explanation explain(@Nullable String name, String path) {
        List<Step> steps = new ArrayList<>();
        Trace trace = (kind, row, value) -> steps.add(new Step(kind, row, value));
        HostRoutes found = host(name, trace);
        Route route = found.find(path, trace);
        return new Explanation(List.copyOf(steps), found.host(), route);
    }

    private HostRoutes host(@Nullable String name, Trace trace) {
        HostRoutes found = null;
        if (name == null) {
            trace.step(Step.Kind.NO_HOST_NAME, 0, "");
        } else {
            int length = HostName.end(name);
            found = strict ? findStrictly(name, length, trace) : findAsMongrel2(name, length, trace);
        }
        if (found == null) {
            found = defaultHost;
            trace.step(Step.Kind.DEFAULT_HOST, found.host().row(), found.host().name());
        } else {
            trace.step(Step.Kind.HOST, found.host().row(), found.host().name());
        }
        return found;
    }

    private @Nullable HostRoutes findAsMongrel2(String name, int length, Trace trace) {
        Entry<Candidates<HostRoutes>> entry = suffixes.nearest(name, length);
        if (entry == null) {
            trace.step(Step.Kind.NO_HOST_SUFFIX, 0, "");
            return null;
        }
        int rest = length - entry.length();
        trace.step(rest < 0 ? Step.Kind.HOST_SUFFIX_LONGER : Step.Kind.HOST_SUFFIX, 0, entry.prefix());
        return entry.value().find(name, 0, rest, true, trace);
    }

    private @Nullable HostRoutes findStrictly(String name, int length, Trace trace) {
        Step.Kind kind = Step.Kind.HOST_SUFFIX;
        for (var entry = suffixes.longest(name, length); entry != null; entry = entry.shorter()) {
            trace.step(kind, 0, entry.prefix());
            int rest = length - entry.length();
            HostRoutes found = entry.value().find(name, 0, rest, HostName.isBoundary(name, rest), trace);
            if (found != null) {
                return found;
            }
            kind = Step.Kind.FALLBACK;
        }
        trace.step(Step.Kind.NO_HOST_SUFFIX, 0, "");
        return null;
    }
}
