package dev.lurcher.broker.cli;

import dev.lurcher.broker.config.HandlerLimits;
import dev.lurcher.broker.config.Host;
import dev.lurcher.broker.config.Route;
import dev.lurcher.broker.config.Server;
import dev.lurcher.broker.config.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code broker handlers}: where workers connect. */
@Command(
        name = "handlers",
        description = {
            "Lists the handlers that routes of one server, or of all, lead to.",
            "Workers take requests at SEND SPEC (PULL) and publish replies to RECV SPEC (PUB)."
        },
        footer = {"", "Example: broker handlers demo --json"})
final class HandlersCommand implements Callable<Integer> {
    @Mixin
    private final Format format = new Format();

    @Mixin
    private final Source source = new Source();

    @Mixin
    private final OneServer one = new OneServer();

    @Override
    public Integer call() {
        List<Map<String, Object>> facts = new ArrayList<>();
        Columns text = new Columns(
                "SERVER", "SEND IDENT", "SEND SPEC", "RECV SPEC", "PROTOCOL", "TIMEOUT", "QUEUE", "PREFETCH", "PATHS");
        for (Server server : source.survey(one.uuid(), format.err()).servers()) {
            Map<Target, Set<String>> pathsByTarget = paths(server);
            for (Target.Handler handler : server.handlers()) {
                Set<String> paths = pathsByTarget.getOrDefault(handler, Set.of());
                Map<String, Object> fact = new LinkedHashMap<>();
                fact.put("server", server.uuid());
                fact.putAll(TargetFacts.of(handler));
                fact.remove("type");
                fact.put("paths", paths);
                facts.add(fact);
                HandlerLimits limits = handler.limits();
                text.add(
                        server.uuid(),
                        handler.sendIdent(),
                        handler.sendSpec(),
                        handler.recvSpec(),
                        handler.protocol().name().toLowerCase(Locale.ROOT),
                        seconds(limits.timeout()),
                        limits.queueLimit() + " for " + seconds(limits.queueTimeout()),
                        TargetFacts.prefetch(limits.prefetch()),
                        String.join(" ", paths));
            }
        }
        format.print(facts, text);
        return 0;
    }

    /** The paths that lead to each target. */
    private static Map<Target, Set<String>> paths(Server server) {
        Map<Target, Set<String>> paths = new HashMap<>();
        for (Host host : server.hosts()) {
            for (Route route : host.routes()) {
                paths.computeIfAbsent(route.target(), target -> new LinkedHashSet<>())
                        .add(route.path());
            }
        }
        return paths;
    }

    private static String seconds(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + "s" : time.toMillis() + "ms";
    }
}
