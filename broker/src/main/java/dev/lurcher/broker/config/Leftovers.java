package dev.lurcher.broker.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Finds what only a look at a whole database shows: rows that belong to nothing, and servers that get in each other's way. */
final class Leftovers {
    private final ConfigDatabase database;
    private final List<Server> servers;
    private final Consumer<Problem> problems;

    Leftovers(ConfigDatabase database, List<Server> servers, Consumer<Problem> problems) {
        this.database = database;
        this.servers = servers;
        this.problems = problems;
    }

    void find(TargetRows targets) {
        if (servers.isEmpty()) {
            problems.accept(Problem.error(new Place("server", 0, "uuid"), "", "there is no server", "", "insert one"));
        }
        sameUuid();
        orphans(Table.HOST, "server_id", "server", ids(Table.SERVER));
        orphans(Table.ROUTE, "host_id", "host", ids(Table.HOST));
        targets.unused().forEach(row -> problems.accept(row.note("id", "no route leads to this row", "")));
        sharedEndpoints();
    }

    private Set<Long> ids(Table table) {
        return database.rows(table).stream().map(Row::id).collect(Collectors.toSet());
    }

    private void orphans(Table table, String column, String ownerTable, Set<Long> owners) {
        for (Row row : database.rows(table)) {
            if (!(row.value(column) instanceof Long owner) || !owners.contains(owner)) {
                problems.accept(row.warning(
                        column,
                        "table " + ownerTable + " has no row with this id, so this row is not used",
                        "write the id of a " + ownerTable + ", or delete the row"));
            }
        }
    }

    private void sameUuid() {
        Set<String> seen = new HashSet<>();
        for (Row row : database.rows(Table.SERVER)) {
            if (row.value("uuid") instanceof String uuid && !seen.add(uuid)) {
                problems.accept(row.warning(
                        "uuid", "an earlier row has the same uuid, so this one cannot be started", "choose another"));
            }
        }
    }

    private void sharedEndpoints() {
        Map<String, List<String>> users = new HashMap<>();
        for (Server server : servers) {
            for (Target.Handler handler : server.handlers()) {
                List<String> uuids = users.computeIfAbsent(handler.sendSpec(), spec -> new ArrayList<>());
                if (!uuids.isEmpty()
                        && !uuids.contains(server.uuid())
                        && !handler.sendSpec().endsWith(":0")) {
                    problems.accept(Problem.warning(
                            new Place("handler", handler.row(), "send_spec"),
                            handler.sendSpec(),
                            "the servers " + uuids.get(0) + " and " + server.uuid()
                                    + " both bind this endpoint, so they cannot run on one machine at the same time",
                            "",
                            "give each server handlers of its own"));
                }
                uuids.add(server.uuid());
            }
        }
    }
}
