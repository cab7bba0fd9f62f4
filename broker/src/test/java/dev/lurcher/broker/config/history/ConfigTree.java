package dev.lurcher.broker.config.history;

import dev.lurcher.broker.config.language.ColumnShape;
import dev.lurcher.broker.config.language.Entry;
import dev.lurcher.broker.config.language.Schema;
import dev.lurcher.broker.config.language.TableShape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What rows mean, whatever their ids are: servers with all that belongs to them, and which routes share a target. */
final class ConfigTree {
    private final List<Entry> entries;
    private final Schema schema;
    private final Map<String, Integer> targets = new HashMap<>();

    private ConfigTree(List<Entry> entries, Schema schema) {
        this.entries = entries;
        this.schema = schema;
    }

    static Map<String, Object> of(List<Entry> entries, Schema schema) {
        return new ConfigTree(entries, schema).tree();
    }

    private Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        for (TableShape shape : schema.ownedBy(null)) {
            tree.put(
                    shape.listName(),
                    rows(shape.table()).stream().map(this::row).toList());
        }
        tree.put("settings", pairs("setting", "key", "value"));
        tree.put("mimetypes", pairs("mimetype", "extension", "mimetype"));
        return tree;
    }

    private List<Entry> rows(String table) {
        return entries.stream().filter(entry -> entry.table().equals(table)).toList();
    }

    private Map<Object, String> pairs(String table, String key, String value) {
        Map<Object, String> pairs = new TreeMap<>();
        rows(table).forEach(row -> pairs.put(String.valueOf(row.value(key)), String.valueOf(row.value(value))));
        return pairs;
    }

    private Map<String, @Nullable Object> row(Entry entry) {
        TableShape shape = schema.table(entry.table());
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        for (ColumnShape column : shape.columns()) {
            row.put(
                    column.name(),
                    entry.values().containsKey(column.name()) ? entry.value(column.name()) : column.byDefault());
        }
        if (shape.table().equals("host")) {
            row.put("routes", routes(entry));
        }
        for (TableShape child : schema.ownedBy(shape.table())) {
            row.put(
                    child.listName(),
                    rows(child.table()).stream()
                            .filter(each -> Objects.equals(each.value(shape.table() + "_id"), entry.id()))
                            .map(this::row)
                            .toList());
        }
        return row;
    }

    private List<Object> routes(Entry host) {
        List<Object> routes = new ArrayList<>();
        for (Entry route : rows("route")) {
            if (Objects.equals(route.value("host_id"), host.id())) {
                String table = String.valueOf(Schema.targetTable(route.value("target_type")));
                Entry target = rows(table).stream()
                        .filter(each -> Objects.equals(each.id(), route.value("target_id")))
                        .findFirst()
                        .orElseThrow();
                int number = targets.computeIfAbsent(table + " " + target.id(), key -> targets.size());
                routes.add(List.of(String.valueOf(route.value("path")), table, number, row(target)));
            }
        }
        return routes;
    }
}
