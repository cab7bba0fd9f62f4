package dev.lurcher.broker.cli;

import dev.lurcher.broker.config.Server;
import dev.lurcher.broker.config.Setting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code broker systemd}: the unit by which systemd runs a server. */
@Command(
        name = "systemd",
        description = {
            "Prints a unit for systemd, which runs the server from the current folder, as a user of its own.",
            "systemctl start returns when the server accepts requests; systemctl reload has it read its configuration again."
        },
        footer = {"", "Example: broker systemd --uuid demo >/etc/systemd/system/lurcher-demo.service"})
final class SystemdCommand implements Callable<Integer> {
    private static final int FIRST_FREE_PORT = 1024;
    private static final int AFTER_DRAIN_SECONDS = 5;

    @Mixin
    private final Words words = new Words();

    @Mixin
    private final Source source = new Source();

    @Mixin
    private final Selection selection = new Selection();

    @Option(
            names = "--user",
            paramLabel = "USER",
            defaultValue = "lurcher",
            description = "As whom it runs (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private String user;

    @Override
    public Integer call() {
        Source.Survey survey = source.survey(null, words.err());
        long drainSeconds = survey.all().settings().duration(Setting.DRAIN_TIME).toSeconds() + AFTER_DRAIN_SECONDS;
        for (Server server : selection.of(survey.servers())) {
            unit(server, drainSeconds).forEach(words.out()::println);
        }
        words.out().flush();
        return 0;
    }

    private List<String> unit(Server server, long drainSeconds) {
        @Nullable String launcher = System.getProperty("lurcher.launcher");
        List<String> lines = new ArrayList<>(List.of(
                "[Unit]",
                "Description=Lurcher, server " + (server.name().isEmpty() ? server.uuid() : server.name()),
                "After=network-online.target",
                "Wants=network-online.target",
                "",
                "[Service]",
                "Type=notify",
                "User=" + user,
                "WorkingDirectory=" + escaped(Path.of("").toAbsolutePath().toString()),
                "ExecStart=" + quoted(launcher == null ? "/opt/lurcher/bin/broker" : launcher) + " run "
                        + quoted(source.file().toAbsolutePath().toString()) + " " + quoted(server.uuid()),
                "ExecReload=kill -HUP $MAINPID",
                "# What has to finish has limits.drain_time for that; 3: it did not, and was cut.",
                "TimeoutStopSec=" + drainSeconds,
                "SuccessExitStatus=3",
                "# 2: the command line is wrong, and will be so again.",
                "Restart=on-failure",
                "RestartPreventExitStatus=2",
                "LimitNOFILE=65536"));
        if (server.port() > 0 && server.port() < FIRST_FREE_PORT) {
            lines.add("# Port " + server.port() + " without being root.");
            lines.add("AmbientCapabilities=CAP_NET_BIND_SERVICE");
            lines.add("CapabilityBoundingSet=CAP_NET_BIND_SERVICE");
        }
        lines.addAll(
                List.of("NoNewPrivileges=yes", "ProtectSystem=full", "", "[Install]", "WantedBy=multi-user.target"));
        return lines;
    }

    /** A percent sign would begin a specifier. */
    private static String escaped(String text) {
        return text.replace("%", "%%");
    }

    private static String quoted(String word) {
        String escaped = escaped(word).replace("$", "$$");
        return escaped.matches("[A-Za-z0-9_./:@%+=,$-]+")
                ? escaped
                : "\"" + escaped.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
