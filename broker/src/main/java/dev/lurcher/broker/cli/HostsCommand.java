package dev.lurcher.broker.cli;

import dev.lurcher.broker.config.Host;
import dev.lurcher.broker.config.Server;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code broker hosts}: the names by which servers are addressed. */
@Command(
        name = "hosts",
        description = "Lists the hosts of one server or of all.",
        footer = {"", "Example: broker hosts demo"})
final class HostsCommand implements Callable<Integer> {
    @Mixin
    private final Format format = new Format();

    @Mixin
    private final Source source = new Source();

    @Mixin
    private final OneServer one = new OneServer();

    @Override
    public Integer call() {
        List<Map<String, Object>> facts = new ArrayList<>();
        Columns text = new Columns("SERVER", "HOST", "MATCHING", "ROUTES", "DEFAULT");
        for (Server server : source.survey(one.uuid(), format.err()).servers()) {
            for (Host host : server.hosts()) {
                boolean isDefault = host.name().equals(server.defaultHost());
                Map<String, Object> fact = new LinkedHashMap<>();
                fact.put("server", server.uuid());
                fact.put("row", host.row());
                fact.put("name", host.name());
                fact.put("matching", host.matching());
                fact.put("routes", host.routes().size());
                fact.put("default", isDefault);
                facts.add(fact);
                text.add(
                        server.uuid(),
                        host.name(),
                        host.matching(),
                        host.routes().size(),
                        isDefault ? "yes" : "no");
            }
        }
        format.print(facts, text);
        return 0;
    }
}
