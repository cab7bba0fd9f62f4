package dev.lurcher.broker.config.language;

import dev.lurcher.broker.config.language.LanguageException.Code;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows in the language, so that they are read as they were. What Mongrel2's tool can read is written so that it can; what
 * has its default is not written. A target of several routes gets a name.
 */
public final class Dump {
    private static final Set<String> TAKEN =
            Set.of("servers", "settings", "mimetypes", "include", "env", "true", "false", "null");
    /** What Mongrel2's tool asks for, though it has a default here. */
    private static final Set<String> ALWAYS = Set.of("server.name", "handler.recv_ident");

    private static final int LONGEST_NAME = 30;
    private static final String INDENT = "    ";

    private final Schema schema;
    private final Map<String, List<Entry>> tables = new HashMap<>();
    private final Map<Key, Entry> byId = new HashMap<>();
    private final Map<Key, List<Entry>> routesOf = new HashMap<>();
    private final Map<Entry, String> names = new LinkedHashMap<>();
    private final Set<Entry> written = new HashSet<>();

    private Dump(List<Entry> entries, Schema schema) {
        this.schema = schema;
        for (Entry entry : entries) {
            tables.computeIfAbsent(entry.table(), table -> new ArrayList<>()).add(entry);
            byId.putIfAbsent(new Key(entry.table(), entry.id()), entry);
            if (entry.table().equals("route")) {
                routesOf.computeIfAbsent(new Key("host", entry.value("host_id")), host -> new ArrayList<>())
                        .add(entry);
            }
        }
    }

    /** A row that others name. */
    private record Key(@Nullable String table, @Nullable Object id) {}

    /**
     * Rows in the language.
     *
     * @param text what is read as these rows
     * @param leftOut rows that no server leads to, or that others with the same key hide, as {@code handler row 3}
     */
    public record Written(String text, List<String> leftOut) {}

    /**
     * Writes rows.
     *
     * @throws LanguageException INEXPRESSIBLE
     */
    public static Written of(List<Entry> entries, Schema schema) {
        return new Dump(entries, schema).written();
    }

    private List<Entry> rows(String table) {
        return tables.getOrDefault(table, List.of());
    }

    private Written written() {
        nameShared();
        List<String> blocks = new ArrayList<>();
        names.forEach((entry, name) -> blocks.add(name + " = " + construct(entry, 0)));
        for (TableShape shape : schema.ownedBy(null)) {
            List<String> all = rows(shape.table()).stream()
                    .map(entry -> construct(entry, 1))
                    .toList();
            if (!all.isEmpty() || shape.table().equals("server")) {
                blocks.add(shape.listName() + " = " + block("[", all, "]", 0));
            }
        }
        pairs("settings", settings(), blocks);
        pairs("mimetypes", mediaTypes(), blocks);
        List<String> leftOut = tables.values().stream()
                .flatMap(List::stream)
                .filter(entry -> !written.contains(entry))
                .map(entry -> entry.table() + " row " + entry.id())
                .sorted()
                .toList();
        return new Written(String.join("\n\n", blocks) + "\n", leftOut);
    }

    private static void pairs(String name, List<String> pairs, List<String> blocks) {
        if (!pairs.isEmpty()) {
            blocks.add(name + " = " + block("{", pairs, "}", 0));
        }
    }

    private static String block(String opening, List<String> parts, String closing, int depth) {
        if (parts.isEmpty()) {
            return opening + closing;
        }
        String inner = "\n" + INDENT.repeat(depth + 1);
        return opening + inner + String.join("," + inner, parts) + "\n" + INDENT.repeat(depth) + closing;
    }

    private String construct(Entry entry, int depth) {
        TableShape shape = schema.table(entry.table());
        written.add(entry);
        List<String> parts = new ArrayList<>();
        for (ColumnShape column : shape.columns()) {
            if (isSaid(column, entry)) {
                parts.add(column.name() + " = " + literal(column, entry));
            }
        }
        if (shape.table().equals("host")) {
            parts.add("routes = " + block("{", routes(entry, depth + 2), "}", depth + 1));
        }
        for (TableShape child : schema.ownedBy(shape.table())) {
            List<String> all = rows(child.table()).stream()
                    .filter(row -> Objects.equals(entry.id(), row.value(shape.table() + "_id")))
                    .map(row -> construct(row, depth + 2))
                    .toList();
            if (!all.isEmpty() || child.table().equals("host")) {
                parts.add(child.listName() + " = " + block("[", all, "]", depth + 1));
            }
        }
        return shape.className() + block("(", parts, ")", depth);
    }

    private static boolean isSaid(ColumnShape column, Entry entry) {
        Object value = entry.value(column.name());
        if (entry.table().equals("host") && column.name().equals("matching")) {
            return !Objects.equals(value, entry.value("name"));
        }
        return entry.values().containsKey(column.name())
                && (column.isRequired()
                        || ALWAYS.contains(entry.table() + "." + column.name())
                        || !Objects.equals(value, column.byDefault()));
    }

    private static String literal(ColumnShape column, Entry entry) {
        Object value = entry.value(column.name());
        if (column.kind() == ColumnShape.Kind.STRUCTURE && value instanceof String stored) {
            String structure = Structures.written(stored);
            return structure == null ? Quotes.quoted(stored) : structure;
        }
        return literal(value, entry, column.name());
    }

    private static String literal(@Nullable Object value, Entry entry, String column) {
        return switch (value) {
            case null -> "null";
            case String text -> Quotes.quoted(text);
            case Long whole -> whole.toString();
            case Double real -> Numbers.written(real);
            default -> throw inexpressible(entry, column + " is neither text nor a number", "write one of these there");
        };
    }

    private static LanguageException inexpressible(Entry entry, String what, String fix) {
        return new LanguageException(
                Code.INEXPRESSIBLE,
                entry.table() + " row " + entry.id() + " cannot be written in the language: " + what + ". Fix: " + fix
                        + ".");
    }

    /** The routes of a host, the first one of each path. */
    private Map<String, Entry> routes(Entry host) {
        Map<String, Entry> routes = new LinkedHashMap<>();
        for (Entry route : routesOf.getOrDefault(new Key("host", host.id()), List.of())) {
            if (!(route.value("path") instanceof String path) || target(route) == null) {
                throw inexpressible(route, "it leads to nothing, or has no path", "broker check tells more");
            }
            routes.putIfAbsent(path, route);
        }
        return routes;
    }

    private List<String> routes(Entry host, int depth) {
        List<String> pairs = new ArrayList<>();
        routes(host).forEach((path, route) -> {
            Entry target = target(route);
            if (target != null) {
                written.add(route);
                String name = names.get(target);
                pairs.add(Quotes.quoted(path) + ": " + (name == null ? construct(target, depth) : name));
            }
        });
        return pairs;
    }

    private @Nullable Entry target(Entry route) {
        return byId.get(new Key(Schema.targetTable(route.value("target_type")), route.value("target_id")));
    }

    /** Only routes that are written count: those of hosts of servers. */
    private void nameShared() {
        Map<Entry, Integer> uses = new LinkedHashMap<>();
        for (Entry host : rows("host")) {
            if (byId.containsKey(new Key("server", host.value("server_id")))) {
                for (Entry route : routes(host).values()) {
                    Entry target = target(route);
                    if (target != null) {
                        uses.merge(target, 1, Integer::sum);
                    }
                }
            }
        }
        uses.forEach((entry, count) -> {
            if (count > 1) {
                names.put(entry, name(entry));
            }
        });
    }

    private String name(Entry entry) {
        String wish = switch (entry.table()) {
            case "handler" -> String.valueOf(entry.value("send_ident"));
            case "directory" -> String.valueOf(entry.value("base"));
            default -> String.valueOf(entry.value("addr"));
        };
        String word =
                wish.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_").replaceAll("^_+|_+$", "");
        String first = word.substring(0, Math.min(word.length(), LONGEST_NAME));
        String base = first.matches("[a-z].*") && !TAKEN.contains(first) ? first : entry.table() + "_" + first;
        String name = base;
        for (int i = 2; isTaken(name); i++) {
            name = base + "_" + i;
        }
        return name;
    }

    private boolean isTaken(String name) {
        return names.containsValue(name)
                || schema.tables().stream().anyMatch(shape -> shape.listName().equals(name));
    }

    private List<String> settings() {
        List<String> pairs = new ArrayList<>();
        once("setting", "key")
                .forEach((key, entry) ->
                        pairs.add(Quotes.quoted(key) + ": " + literal(entry.value("value"), entry, "value")));
        return pairs;
    }

    private List<String> mediaTypes() {
        List<String> pairs = new ArrayList<>();
        Map<String, Entry> there = once("mimetype", "extension");
        there.forEach((extension, entry) -> {
            Object type = entry.value("mimetype");
            if (!Objects.equals(type, schema.mediaTypes().get(extension))) {
                pairs.add(Quotes.quoted(extension) + ": " + literal(type, entry, "mimetype"));
            }
        });
        schema.mediaTypes().keySet().stream()
                .filter(extension -> !there.containsKey(extension))
                .forEach(extension -> pairs.add(Quotes.quoted(extension) + ": null"));
        return pairs;
    }

    /** The first row of each key. */
    private Map<String, Entry> once(String table, String column) {
        Map<String, Entry> all = new LinkedHashMap<>();
        for (Entry entry : rows(table)) {
            if (!(entry.value(column) instanceof String key)) {
                throw inexpressible(entry, column + " is no text", "write one there");
            }
            if (all.putIfAbsent(key, entry) == null) {
                written.add(entry);
            }
        }
        return all;
    }
}
