package dev.lurcher.broker.config.history;

import dev.lurcher.broker.config.history.Change.Kind;
import dev.lurcher.broker.config.language.ColumnShape;
import dev.lurcher.broker.config.language.Entry;
import dev.lurcher.broker.config.language.Schema;
import dev.lurcher.broker.config.language.TableShape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is different between two configurations, whatever the ids of their rows are. Rows are told apart by what people call them: a
 * server by its uuid, a handler by its sender id, a route by its path.
 */
final class Difference {
    /** Of a media type of the broker's own that a configuration does without. */
    private static final Map<String, String> NONE = Map.of("", "none");

    private static final String MEDIA_TYPE = "media type of ";
    private static final Map<String, String> NAMED_BY =
            Map.of("server", "uuid", "handler", "send_ident", "directory", "base", "proxy", "addr");

    private final Schema schema;
    private final Map<String, Map<String, String>> things = new LinkedHashMap<>();
    private final Map<String, String> names = new HashMap<>();

    private Difference(List<Entry> entries, Schema schema) {
        this.schema = schema;
        Map<String, Integer> uses = new HashMap<>();
        used(entries).forEach(target -> uses.put(target, uses.size()));
        for (TableShape shape : schema.tables()) {
            entries.stream()
                    .filter(entry -> entry.table().equals(shape.table()))
                    // Of those with one name the first is the one that is used first, whatever the ids are.
                    .sorted(Comparator.comparingInt(entry -> uses.getOrDefault(key(entry), 0)))
                    .forEach(entry -> add(entry, name(shape, entry), columns(shape, entry)));
        }
        entries.forEach(this::addPair);
        addMediaTypes(entries);
    }

    private static String key(Entry entry) {
        return entry.table() + " " + entry.id();
    }

    /** The targets in the order in which the routes of all hosts lead to them. */
    private static List<String> used(List<Entry> entries) {
        Map<Object, List<Entry>> routes = new HashMap<>();
        entries.stream()
                .filter(entry -> entry.table().equals("route"))
                .forEach(route -> routes.computeIfAbsent(
                                String.valueOf(route.value("host_id")), host -> new ArrayList<>())
                        .add(route));
        return entries.stream()
                .filter(entry -> entry.table().equals("host"))
                .sorted(Comparator.comparingLong(host -> host.value("server_id") instanceof Long server ? server : 0))
                .flatMap(host -> routes.getOrDefault(String.valueOf(host.id()), List.of()).stream())
                .map(route -> Schema.targetTable(route.value("target_type")) + " " + route.value("target_id"))
                .distinct()
                .toList();
    }

    static List<Change> between(List<Entry> before, List<Entry> after, Schema schema) {
        Map<String, Map<String, String>> old = new Difference(before, schema).things;
        Map<String, Map<String, String>> now = new Difference(after, schema).things;
        List<Change> changes = new ArrayList<>();
        old.forEach((what, columns) -> {
            if (!now.containsKey(what)) {
                changes.add(
                        columns.equals(NONE)
                                ? new Change(Kind.ADDED, what, "", "")
                                : new Change(Kind.REMOVED, what, summary(columns), ""));
            }
        });
        now.forEach((what, columns) -> {
            Map<String, String> was = old.get(what);
            if (was == null) {
                changes.add(
                        columns.equals(NONE)
                                ? new Change(Kind.REMOVED, what, "", "")
                                : new Change(Kind.ADDED, what, "", summary(columns)));
            } else {
                changed(what, was, columns, changes);
            }
        });
        // There may be hundreds of those, and they matter least.
        changes.sort(Comparator.comparing(change -> change.what().startsWith(MEDIA_TYPE)));
        return List.copyOf(changes);
    }

    private static void changed(String what, Map<String, String> was, Map<String, String> is, List<Change> changes) {
        is.forEach((column, value) -> {
            String before = was.getOrDefault(column, "");
            if (!before.equals(value)) {
                changes.add(new Change(Kind.CHANGED, what + (column.isEmpty() ? "" : ", " + column), before, value));
            }
        });
    }

    /** What is said of a row, without what is as always. */
    private static String summary(Map<String, String> columns) {
        return columns.entrySet().stream()
                .filter(column -> !column.getValue().isEmpty())
                .map(column -> (column.getKey().isEmpty() ? "" : column.getKey() + " ") + column.getValue())
                .collect(Collectors.joining(", "));
    }

    private void add(Entry entry, String name, Map<String, String> columns) {
        String unique = name;
        for (int i = 2; things.containsKey(unique); i++) {
            unique = name + " (" + i + ")";
        }
        things.put(unique, columns);
        names.put(key(entry), unique);
    }

    private String name(TableShape shape, Entry entry) {
        String column = NAMED_BY.getOrDefault(shape.table(), "name");
        Object called = entry.value(column);
        String port = shape.table().equals("proxy") ? ":" + entry.value("port") : "";
        String own = shape.table() + (called == null ? "" : " " + called + port);
        return shape.owner() == null ? own : own + " of " + owner(shape.owner(), entry);
    }

    private String owner(String table, Entry entry) {
        return names.getOrDefault(table + " " + entry.value(table + "_id"), "no " + table);
    }

    private static Map<String, String> columns(TableShape shape, Entry entry) {
        String named = NAMED_BY.getOrDefault(shape.table(), "name");
        Map<String, String> columns = new LinkedHashMap<>();
        for (ColumnShape column : shape.columns()) {
            Object value = entry.values().containsKey(column.name()) ? entry.value(column.name()) : column.byDefault();
            boolean isUsual = Objects.equals(value, column.byDefault())
                    || (column.name().equals("matching") && Objects.equals(value, entry.value("name")));
            if (!column.name().equals(named)) {
                columns.put(column.name(), isUsual ? "" : shown(value));
            }
        }
        return columns;
    }

    private static String shown(@Nullable Object value) {
        return value == null ? "null" : value instanceof String text ? "'" + text + "'" : value.toString();
    }

    private void addPair(Entry entry) {
        switch (entry.table()) {
            case "route" -> {
                String table = Schema.targetTable(entry.value("target_type"));
                String target = names.getOrDefault(table + " " + entry.value("target_id"), "nothing");
                add(entry, "route " + entry.value("path") + " of " + owner("host", entry), Map.of("", "to " + target));
            }
            case "setting" -> add(entry, "setting " + entry.value("key"), Map.of("", shown(entry.value("value"))));
            default -> {
                // Has a shape and is there already, or is a media type.
            }
        }
    }

    /** Those that differ from the broker's own, which are no news. */
    private void addMediaTypes(List<Entry> entries) {
        Map<String, String> own = new HashMap<>(schema.mediaTypes());
        boolean isAny = false;
        for (Entry entry : entries) {
            if (entry.table().equals("mimetype")) {
                isAny = true;
                String extension = String.valueOf(entry.value("extension"));
                Object type = entry.value("mimetype");
                if (!Objects.equals(own.remove(extension), type)) {
                    add(entry, MEDIA_TYPE + extension, Map.of("", shown(type)));
                }
            }
        }
        if (isAny) {
            own.keySet().stream().sorted().forEach(extension -> things.put(MEDIA_TYPE + extension, NONE));
        }
    }
}
