package dev.lurcher.broker.cli;

import dev.lurcher.broker.config.Host;
import dev.lurcher.broker.config.Route;
import dev.lurcher.broker.config.Server;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code broker routes}: where requests go. */
@Command(
        name = "routes",
        description = "Lists the routes of one server or of all, in the order of their rows.",
        footer = {"", "Example: broker routes demo --host localhost"})
final class RoutesCommand implements Callable<Integer> {
    @Mixin
    private final Format format = new Format();

    @Mixin
    private final Source source = new Source();

    @Mixin
    private final OneServer one = new OneServer();

    @Option(names = "--host", paramLabel = "NAME", description = "Only those of the host with this name.")
    private @Nullable String hostName;

    @Override
    public Integer call() {
        List<Map<String, Object>> facts = new ArrayList<>();
        Columns text = new Columns("SERVER", "HOST", "PATH", "TARGET");
        for (Server server : source.survey(one.uuid(), format.err()).servers()) {
            for (Host host : server.hosts()) {
                if (hostName == null || hostName.equals(host.name())) {
                    host.routes().forEach(route -> {
                        facts.add(facts(server, host, route));
                        text.add(server.uuid(), host.name(), route.path(), TargetFacts.name(route.target()));
                    });
                }
            }
        }
        format.print(facts, text);
        return 0;
    }

    private static Map<String, Object> facts(Server server, Host host, Route route) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("server", server.uuid());
        facts.put("host", host.name());
        facts.put("row", route.row());
        facts.put("path", route.path());
        facts.put("target_type", TargetFacts.type(route.target()));
        facts.put("target_id", route.target().row());
        return facts;
    }
}
