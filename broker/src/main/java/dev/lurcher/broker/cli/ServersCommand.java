package dev.lurcher.broker.cli;

import dev.lurcher.broker.config.Server;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code broker servers}: what can be started. */
@Command(
        name = "servers",
        description = "Lists the servers of a configuration.",
        footer = {"", "Example: broker servers --db config.sqlite"})
final class ServersCommand implements Callable<Integer> {
    @Mixin
    private final Format format = new Format();

    @Mixin
    private final Source source = new Source();

    @Override
    public Integer call() {
        List<Map<String, Object>> facts = new ArrayList<>();
        Columns text = new Columns("UUID", "NAME", "ADDRESS", "DEFAULT HOST", "HOSTS", "ROUTES");
        for (Server server : source.survey(null, format.err()).servers()) {
            int routes = server.hosts().stream()
                    .mapToInt(host -> host.routes().size())
                    .sum();
            facts.add(facts(server, routes));
            text.add(
                    server.uuid(),
                    server.name(),
                    address(server),
                    server.defaultHost(),
                    server.hosts().size(),
                    routes);
        }
        format.print(facts, text);
        return 0;
    }

    /** Where it listens, as in a URL. */
    static String address(Server server) {
        String host = server.bindAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + server.port();
    }

    private static Map<String, Object> facts(Server server, int routes) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("row", server.row());
        facts.put("uuid", server.uuid());
        facts.put("name", server.name());
        facts.put("bind_addr", server.bindAddress());
        facts.put("port", server.port());
        facts.put("use_ssl", server.useSsl());
        facts.put("default_host", server.defaultHost());
        facts.put("chroot", server.chroot());
        facts.put("access_log", server.accessLog());
        facts.put("error_log", server.errorLog());
        facts.put("error_log_level", server.errorLogLevel());
        facts.put("pid_file", server.pidFile());
        facts.put("control_port", server.controlPort());
        facts.put("hosts", server.hosts().size());
        facts.put("routes", routes);
        return facts;
    }
}
