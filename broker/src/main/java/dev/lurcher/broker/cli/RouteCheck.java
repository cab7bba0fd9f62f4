package dev.lurcher.broker.cli;

import dev.lurcher.broker.config.Configuration;
import dev.lurcher.broker.config.Place;
import dev.lurcher.broker.config.Problem;
import dev.lurcher.broker.config.Server;
import dev.lurcher.broker.config.ServerCheck;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.route.RouteProblem;
import dev.lurcher.broker.route.RouteTable;
import java.util.function.Consumer;

/** Looks for hosts and routes that can never be found. */
final class RouteCheck implements ServerCheck {
    @Override
    public void check(Configuration draft, Consumer<Problem> problems) {
        Server server = draft.server();
        // Without its default host a server has no table, and that is reported already.
        if (hasDefaultHost(server)) {
            RouteTable.of(server, draft.settings().flag(Setting.ROUTE_STRICT)).problems().stream()
                    .map(RouteCheck::problem)
                    // An empty matching or path is an error, and reported already.
                    .filter(problem -> !"".equals(problem.value()))
                    .forEach(problems);
        }
    }

    static boolean hasDefaultHost(Server server) {
        return server.hosts().stream().anyMatch(host -> host.name().equals(server.defaultHost()));
    }

    private static Problem problem(RouteProblem found) {
        Place place = found.route() == null
                ? new Place("host", found.host().row(), "matching")
                : new Place("route", found.route().row(), "path");
        String value =
                found.route() == null ? found.host().matching() : found.route().path();
        return switch (found.kind()) {
            case UNREADABLE_PATTERN ->
                Problem.warning(
                        place,
                        value,
                        "the pattern cannot be read and never matches: "
                                + (found.broken() == null ? "" : found.broken().getMessage()),
                        "",
                        "correct the pattern");
            case NO_LITERAL ->
                Problem.warning(
                        place,
                        value,
                        "nothing leads to it: it has no text " + (found.route() == null ? "behind" : "before")
                                + " its pattern",
                        "",
                        "write some, or set route.strict to 1, where it is then tried last");
            case SHADOWED ->
                Problem.warning(
                        place,
                        value,
                        "it is never reached: another row with the same text outside of its pattern comes before it",
                        "",
                        "delete one of the two, or change their order");
        };
    }
}
