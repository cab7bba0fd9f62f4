package dev.lurcher.broker.cli;

import dev.lurcher.broker.config.ConfigException;
import dev.lurcher.broker.config.Route;
import dev.lurcher.broker.config.Server;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.config.Target;
import dev.lurcher.broker.directory.Tree;
import dev.lurcher.broker.route.Explanation;
import dev.lurcher.broker.route.RouteTable;
import dev.lurcher.broker.route.Step;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code broker explain}: where a request would go. */
@Command(
        name = "explain",
        description = {
            "Shows which server, host, route and target a request for a URL gets, and why.",
            "The exit code is 1 when no route matches: such a request gets 404."
        },
        footer = {"", "Example: broker explain http://localhost:6767/echo/1"})
final class ExplainCommand implements Callable<Integer> {
    private static final String INDENT = " ".repeat(10);

    @Mixin
    private final Format format = new Format();

    @Mixin
    private final Source source = new Source();

    @Parameters(
            index = "0",
            paramLabel = "URL",
            converter = RequestUrl.Converter.class,
            description = "http://HOST[:PORT]/PATH, HOST/PATH, or /PATH for a request that names no host.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private RequestUrl url;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "UUID",
            description = "The server's uuid (default: the one that listens on the URL's port, or the only one).")
    private @Nullable String uuid;

    /** A server and why it is the one. */
    private record Choice(Server server, String reason) {}

    @Override
    public Integer call() {
        Source.Survey survey = source.survey(uuid, format.err());
        Choice choice = choose(survey.servers());
        Server server = choice.server();
        if (!RouteCheck.hasDefaultHost(server)) {
            throw new ConfigException(
                    ConfigException.Code.INVALID,
                    source.file() + ": server " + server.uuid() + " has no host \"" + server.defaultHost()
                            + "\", its default_host. Fix: see broker check --db " + source.file());
        }
        boolean isStrict = survey.all().settings().flag(Setting.ROUTE_STRICT);
        Explanation why = RouteTable.of(server, isStrict).explain(url.host(), url.path());
        if (format.isJson()) {
            Facts.print(facts(choice, why), format.out());
        } else {
            print(choice, why, format.out());
        }
        return why.route() == null ? Main.FAILED : 0;
    }

    private Choice choose(List<Server> servers) {
        if (uuid != null) {
            return new Choice(servers.get(0), "it was named");
        }
        List<Server> onPort =
                servers.stream().filter(server -> server.port() == url.port()).toList();
        if (onPort.size() == 1) {
            return new Choice(onPort.get(0), "it listens on port " + url.port());
        }
        if (servers.size() == 1) {
            return new Choice(servers.get(0), "it is the only one");
        }
        List<Server> candidates = onPort.isEmpty() ? servers : onPort;
        String all = candidates.stream()
                .map(server -> server.uuid() + " (" + ServersCommand.address(server) + ")")
                .collect(Collectors.joining(", "));
        throw new ConfigException(
                ConfigException.Code.NO_SUCH_SERVER,
                source.file() + ": "
                        + (servers.isEmpty()
                                ? "it has no server. Fix: insert one."
                                : "the URL does not tell which server is meant. Fix: name the uuid of one behind it: "
                                        + all));
    }

    private void print(Choice choice, Explanation why, PrintWriter out) {
        Server server = choice.server();
        out.println("server  " + server.uuid() + " (row " + server.row() + ") at " + ServersCommand.address(server));
        out.println(INDENT + choice.reason());
        out.println("host    " + why.host().name() + " (row " + why.host().row() + ")");
        int routing = printSteps(why.steps(), 0, out);
        Route route = why.route();
        out.println(
                route == null
                        ? "route   none: the answer is 404"
                        : "route   " + route.path() + " (row " + route.row() + ")");
        printSteps(why.steps(), routing, out);
        if (route != null) {
            out.println("target  " + TargetFacts.name(route.target()) + " (row "
                    + route.target().row() + ")");
            if (route.target() instanceof Target.Handler handler) {
                out.println(INDENT + "workers take requests at " + handler.sendSpec() + " and reply to "
                        + handler.recvSpec());
            } else if (route.target() instanceof Target.Directory directory) {
                out.println(INDENT + Tree.of(server, directory).explain(url.path(), route.path()));
            }
        }
        out.flush();
    }

    /** Prints the steps up to the one that ends the search, and returns where the next search begins. */
    private static int printSteps(List<Step> steps, int from, PrintWriter out) {
        for (int i = from; i < steps.size(); i++) {
            Step step = steps.get(i);
            switch (step.kind()) {
                case HOST, ROUTE, NO_ROUTE -> {
                    return i + 1;
                }
                case DEFAULT_HOST -> {
                    out.println(INDENT + "it is the default host");
                    return i + 1;
                }
                default -> out.println(INDENT + step);
            }
        }
        return steps.size();
    }

    private Map<String, @Nullable Object> facts(Choice choice, Explanation why) {
        Route route = why.route();
        Map<String, @Nullable Object> facts = new LinkedHashMap<>();
        facts.put("path", url.path());
        facts.put(
                "server",
                of("row", choice.server().row(), "uuid", choice.server().uuid(), "why", choice.reason()));
        facts.put(
                "host",
                of(
                        "row",
                        why.host().row(),
                        "name",
                        why.host().name(),
                        "matching",
                        why.host().matching()));
        facts.put("route", route == null ? null : of("row", route.row(), "path", route.path()));
        facts.put("target", route == null ? null : TargetFacts.of(route.target()));
        if (route != null && route.target() instanceof Target.Directory directory) {
            facts.put("file", Tree.of(choice.server(), directory).explain(url.path(), route.path()));
        }
        facts.put(
                "steps",
                why.steps().stream()
                        .map(step -> of(
                                "kind", step.kind().name().toLowerCase(Locale.ROOT),
                                "row", step.row(),
                                "value", step.value(),
                                "text", step.toString()))
                        .toList());
        return facts;
    }

    /** Keys and values in turn. */
    private static Map<String, Object> of(Object... pairs) {
        Map<String, Object> facts = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            facts.put(pairs[i].toString(), pairs[i + 1]);
        }
        return facts;
    }
}
