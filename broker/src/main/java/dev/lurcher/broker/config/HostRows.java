package dev.lurcher.broker.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Reads the hosts of a server and their routes. Each table is gone through once, however many servers and hosts there are. */
final class HostRows {
    private final Map<Long, List<Row>> hosts;
    private final Map<Long, List<Row>> routes;
    private final TargetRows targets;
    private final int longestName;
    private final Consumer<Problem> problems;

    HostRows(ConfigDatabase database, Settings settings, TargetRows targets, Consumer<Problem> problems) {
        hosts = group(database.rows(Table.HOST), "server_id");
        routes = group(database.rows(Table.ROUTE), "host_id");
        this.targets = targets;
        longestName = settings.integer(Setting.HOST_NAME) - 1;
        this.problems = problems;
    }

    private static Map<Long, List<Row>> group(List<Row> rows, String column) {
        Map<Long, List<Row>> groups = new HashMap<>();
        for (Row row : rows) {
            if (row.value(column) instanceof Long owner) {
                groups.computeIfAbsent(owner, id -> new ArrayList<>()).add(row);
            }
        }
        return groups;
    }

    List<Host> hostsOf(long server) {
        List<Host> found = new ArrayList<>();
        for (Row row : hosts.getOrDefault(server, List.of())) {
            String name = name(row, "name");
            String matching = name(row, "matching");
            List<Row> rows = routes.getOrDefault(row.id(), List.of());
            if (rows.isEmpty()) {
                problems.accept(row.warning(
                        "name",
                        "this host has no routes: every request to it gets 404",
                        "insert a route, or delete the host"));
            }
            found.add(new Host(row.id(), name, matching, routes(rows)));
        }
        return found;
    }

    private String name(Row row, String column) {
        String name = row.text(column, problems);
        if (name.length() > longestName) {
            problems.accept(row.error(
                    column,
                    "it is too long",
                    "at most " + longestName + " characters (limits.host_name)",
                    "choose a shorter one"));
        }
        if (name.isEmpty() && row.value(column) != null) {
            problems.accept(row.error(column, "it is empty", "a host name", "write one"));
        }
        return name;
    }

    private List<Route> routes(List<Row> rows) {
        List<Route> found = new ArrayList<>(rows.size());
        for (Row row : rows) {
            String path = row.text("path", problems);
            checkPath(row, path);
            Target target = targets.target(row);
            if (target != null) {
                found.add(new Route(row.id(), path, target));
            }
        }
        return found;
    }

    private void checkPath(Row row, String path) {
        if (row.value("path") == null) {
            return;
        }
        if (path.isEmpty()) {
            problems.accept(row.error("path", "it is empty", "a path", "write / for all paths"));
            return;
        }
        if (!path.startsWith("/") && !path.startsWith("@") && !path.startsWith("<") && !path.startsWith("(")) {
            problems.accept(row.warning(
                    "path",
                    "no request can match it: paths begin with \"/\" (those of JSON messages with \"@\", of XML with \"<\")",
                    "write /" + path));
        } else if (path.chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
            problems.accept(row.warning(
                    "path",
                    "no request can match it: the paths of requests have no blanks and no characters beyond ASCII",
                    "write those as %XX, as clients send them"));
        }
    }
}
