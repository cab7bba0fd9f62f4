package dev.lurcher.broker.config;

import dev.lurcher.broker.config.Row.Range;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Reads rows of table {@code server}, and what else belongs to one server. */
final class ServerRows {
    private static final Range PORT = new Range(0, 65535);
    private static final Range LEVEL = new Range(0, 3);
    private static final long USUAL_LEVEL = 2;
    private static final Map<String, String> PATHS = new TreeMap<>(
            Map.of("access_log", "logs/access.log", "error_log", "logs/error.log", "pid_file", "run/broker.pid"));

    private final ConfigDatabase database;
    private final HostRows hosts;
    private final Consumer<Problem> problems;

    ServerRows(ConfigDatabase database, HostRows hosts, Consumer<Problem> problems) {
        this.database = database;
        this.hosts = hosts;
        this.problems = problems;
    }

    Server server(Row row) {
        Server server = new Server(
                row.id(),
                row.text("uuid", problems),
                row.text("name", "", problems),
                row.text("default_host", problems),
                row.text("bind_addr", problems),
                (int) row.integer("port", PORT, problems),
                row.text("chroot", problems),
                row.text("access_log", problems),
                row.text("error_log", problems),
                (int) row.integer("error_log_level", LEVEL, USUAL_LEVEL, problems),
                row.text("pid_file", problems),
                row.text("control_port", "", problems),
                row.integer("use_ssl", Range.FLAG, problems) == 1,
                hosts.hostsOf(row.id()));
        checkAddress(row);
        checkPaths(row, server);
        checkDefaultHost(row, server);
        plugIns(row.id());
        return server;
    }

    private void checkAddress(Row row) {
        if (row.value("bind_addr") instanceof String address && !IpAddress.matches(address)) {
            problems.accept(row.error(
                    "bind_addr",
                    "it is no IP address",
                    "an IPv4 or IPv6 address of this machine",
                    "write 127.0.0.1 for this machine only, 0.0.0.0 or :: for all networks"));
        }
    }

    private void checkPaths(Row row, Server server) {
        if (!server.chroot().isEmpty()) {
            problems.accept(row.warning(
                    "chroot",
                    "the broker does not change its root directory: it puts this before the paths of logs, pid file and"
                            + " directories; other paths are relative to where it is started",
                    "write '', and let a container or the service manager confine the broker"));
        }
        PATHS.forEach((column, example) -> {
            if (row.value(column) instanceof String path && (path.isBlank() || !isPath(server.chroot() + path))) {
                problems.accept(
                        row.error(column, "it is not the path of a file", "a path", "write one, as " + example));
            }
        });
    }

    private static boolean isPath(String text) {
        try {
            return !text.endsWith("/") && Path.of(text).getFileName() != null;
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private void checkDefaultHost(Row row, Server server) {
        if (row.value("default_host") == null
                || server.hosts().stream().anyMatch(host -> host.name().equals(server.defaultHost()))) {
            return;
        }
        String known = server.hosts().stream().map(Host::name).collect(Collectors.joining(", "));
        problems.accept(row.error(
                "default_host",
                known.isEmpty() ? "the server has no hosts" : "the server has no host with this name",
                known,
                known.isEmpty()
                        ? "insert a host with server_id " + row.id() + " and this name"
                        : "write one of these, or insert the host"));
    }

    private void plugIns(long server) {
        for (Row row : database.rows(Table.FILTER)) {
            if (Long.valueOf(server).equals(row.value("server_id"))) {
                problems.accept(row.warning("name", "filters cannot be loaded: " + loss(row), "delete the row"));
            }
        }
        for (Row row : database.rows(Table.XREQUEST)) {
            if (Long.valueOf(server).equals(row.value("server_id"))) {
                problems.accept(
                        row.warning("name", "plug-ins of Mongrel2 cannot be loaded: " + loss(row), "delete the row"));
            }
        }
    }

    /** What is missed, as far as the name of one of Mongrel2's own plug-ins tells. */
    private static String loss(Row row) {
        String name = String.valueOf(row.shown("name"));
        String file = name.substring(name.lastIndexOf('/') + 1);
        if (file.startsWith("null")) {
            return "null does nothing, so nothing is lost";
        }
        if (file.startsWith("rewrite")) {
            return "requests are not rewritten";
        }
        if (file.startsWith("sendfile")) {
            return "replies that ask for a file to be sent are not understood";
        }
        return "what it does is not done";
    }
}
