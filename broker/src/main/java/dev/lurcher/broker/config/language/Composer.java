package dev.lurcher.broker.config.language;

import dev.lurcher.broker.config.Nearest;
import dev.lurcher.broker.config.language.Draft.Cell;
import dev.lurcher.broker.config.language.Expression.Assignment;
import dev.lurcher.broker.config.language.Expression.Construct;
import dev.lurcher.broker.config.language.Expression.Pair;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Makes rows of assignments, in the order in which Mongrel2's tool makes them: each server with all that belongs to it. */
final class Composer {
    private static final List<String> TOP = List.of("servers", "settings", "mimetypes");

    private static final int MOST_ROWS = 100_000;

    private final Scope scope;
    private final Schema schema;
    private final List<Complaint> complaints;
    private final Values values;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<Cell, Spot> spots = new HashMap<>();
    private final Map<String, Long> ids = new HashMap<>();
    private final IdentityHashMap<Construct, Long> targets = new IdentityHashMap<>();

    Composer(Scope scope, Schema schema, List<Complaint> complaints) {
        this.scope = scope;
        this.schema = schema;
        this.complaints = complaints;
        values = new Values(scope, complaints::add);
    }

    /** All rows. Errors go to the list of complaints. */
    Draft compose(SourceText source) {
        for (TableShape shape : schema.ownedBy(null)) {
            Assignment list = scope.assignment(shape.listName());
            if (list != null) {
                constructs(list.value(), shape, Map.of());
            } else if (shape.listName().equals("servers")) {
                error(
                        source.at(source.text().length()),
                        "there is no list of servers",
                        "write servers = [...] with the servers in it");
            }
        }
        top("settings", this::setting);
        mediaTypes();
        scope.names().forEach(this::suspect);
        return new Draft(
                entries, complaints.stream().filter(each -> !each.isError()).toList(), spots);
    }

    private void error(Spot spot, String fault, String fix) {
        complaints.add(Complaint.error(spot, fault, fix));
    }

    /** A name that is nearly one that counts, where that one is not used. */
    private void suspect(String name) {
        String near = TOP.contains(name) ? null : Nearest.of(name, TOP);
        Assignment assignment = scope.assignment(name);
        if (near != null && assignment != null && scope.assignment(near) == null) {
            complaints.add(Complaint.warning(
                    assignment.spot(), "nothing looks for " + name, "write " + near + ", if that is meant"));
        }
    }

    private void constructs(Expression list, TableShape shape, Map<String, @Nullable Object> keys) {
        Expression resolved = scope.resolve(list);
        if (resolved instanceof Expression.Items items) {
            for (Expression item : items.values()) {
                Construct construct = construct(item, List.of(shape));
                if (construct != null) {
                    row(shape, construct, keys);
                }
            }
        } else if (resolved != null) {
            error(
                    resolved.spot(),
                    shape.listName() + " is a list, and here stands " + resolved.shown(),
                    "write [" + shape.className() + "(...)]");
        }
    }

    /** What is a row of one of these tables; null when it is not, which has been complained of then. */
    private @Nullable Construct construct(Expression expression, List<TableShape> shapes) {
        Expression resolved = scope.resolve(expression);
        if (resolved == null) {
            return null;
        }
        List<String> names = shapes.stream().map(TableShape::className).toList();
        if (resolved instanceof Construct construct && names.contains(construct.name())) {
            return construct;
        }
        String near = resolved instanceof Construct other ? Nearest.of(other.name(), names) : null;
        error(
                resolved.spot(),
                "here stands " + resolved.shown() + " where a " + String.join(", a ", names) + " is expected",
                near == null ? "write " + names.get(0) + "(...)" : "write " + near + ", if that is meant");
        return null;
    }

    /** What is named in many places stands for many rows. */
    private long id(String table, Spot spot) {
        if (entries.size() >= MOST_ROWS) {
            throw new LanguageException(
                    LanguageException.Code.MEANING,
                    List.of(Complaint.error(spot, "this makes more than " + MOST_ROWS + " rows", "write less")));
        }
        return ids.merge(table, 1L, Long::sum);
    }

    private long row(TableShape shape, Construct construct, Map<String, @Nullable Object> keys) {
        long id = id(shape.table(), construct.spot());
        Map<String, @Nullable Object> cells = new LinkedHashMap<>(keys);
        Map<String, Assignment> children = new LinkedHashMap<>();
        spots.put(new Cell(shape.table(), id, ""), construct.spot());
        for (Assignment parameter : construct.parameters()) {
            ColumnShape column = shape.column(parameter.name());
            if (column != null) {
                cells.put(column.name(), values.cell(column, parameter));
                spots.put(
                        new Cell(shape.table(), id, column.name()),
                        parameter.value().spot());
            } else if (childNames(shape).contains(parameter.name())) {
                children.put(parameter.name(), parameter);
            } else {
                unknown(shape, parameter);
            }
        }
        if (shape.table().equals("host") && cells.containsKey("name")) {
            cells.putIfAbsent("matching", cells.get("name"));
        }
        require(shape, construct, cells);
        entries.add(new Entry(shape.table(), id, cells));
        children(shape, id, children);
        return id;
    }

    private List<String> childNames(TableShape shape) {
        List<String> names = new ArrayList<>();
        if (shape.table().equals("host")) {
            names.add("routes");
        }
        schema.ownedBy(shape.table()).forEach(child -> names.add(child.listName()));
        return names;
    }

    private void unknown(TableShape shape, Assignment parameter) {
        List<String> known = new ArrayList<>(childNames(shape));
        shape.columns().forEach(column -> known.add(column.name()));
        String near = Nearest.of(parameter.name(), known);
        complaints.add(Complaint.warning(
                parameter.spot(),
                shape.className() + " has no parameter " + parameter.name() + ", and it does nothing",
                near == null ? "leave it out" : "write " + near + ", if that is meant"));
    }

    private void require(TableShape shape, Construct construct, Map<String, @Nullable Object> cells) {
        for (ColumnShape column : shape.columns()) {
            if (column.isRequired() && !cells.containsKey(column.name())) {
                error(
                        construct.spot(),
                        "this " + shape.className() + " has no " + column.name(),
                        "write " + column.name() + " = " + (column.kind() == ColumnShape.Kind.TEXT ? "'...'" : "0")
                                + (column.meaning().isEmpty() ? "" : ": " + column.meaning()));
            }
        }
    }

    private void children(TableShape shape, long id, Map<String, Assignment> written) {
        Map<String, @Nullable Object> keys = Map.of(shape.table() + "_id", id);
        Assignment routes = written.get("routes");
        if (routes != null && shape.table().equals("host")) {
            unique(routes.value(), "routes", (key, value) -> route(id, key, value));
        }
        for (TableShape child : schema.ownedBy(shape.table())) {
            Assignment list = written.get(child.listName());
            if (list != null) {
                constructs(list.value(), child, keys);
            }
        }
    }

    private void route(long host, Expression.Text path, Expression value) {
        Construct construct = construct(
                value,
                schema.tables().stream()
                        .filter(shape -> Schema.isTarget(shape.table()))
                        .toList());
        TableShape shape = construct == null ? null : schema.ofClass(construct.name());
        if (construct == null || shape == null) {
            return;
        }
        Long known = targets.get(construct);
        long target = known == null ? row(shape, construct, Map.of()) : known;
        targets.put(construct, target);
        Map<String, @Nullable Object> cells = new LinkedHashMap<>();
        cells.put("host_id", host);
        cells.put("path", path.value());
        cells.put("target_type", Schema.targetType(shape.table()));
        cells.put("target_id", target);
        pair("route", path, value, cells);
    }

    private void pair(String table, Expression.Text key, Expression value, Map<String, @Nullable Object> cells) {
        long id = id(table, key.spot());
        spots.put(new Cell(table, id, ""), key.spot());
        spots.put(new Cell(table, id, "value"), value.spot());
        entries.add(new Entry(table, id, cells));
    }

    private void top(String name, BiConsumer<Expression.Text, Expression> each) {
        Assignment assignment = scope.assignment(name);
        if (assignment != null) {
            unique(assignment.value(), name, each);
        }
    }

    /** Hands over each key once, with its last value. */
    private void unique(Expression expression, String name, BiConsumer<Expression.Text, Expression> each) {
        Expression resolved = scope.resolve(expression);
        if (!(resolved instanceof Expression.Pairs pairs)) {
            if (resolved != null) {
                error(
                        resolved.spot(),
                        name + " is a set of pairs, and here stands " + resolved.shown(),
                        "write {'...': ...}");
            }
            return;
        }
        Map<String, Pair> last = new LinkedHashMap<>();
        for (Pair pair : pairs.pairs()) {
            if (last.put(pair.key().value(), pair) != null) {
                complaints.add(Complaint.warning(
                        pair.key().spot(),
                        "an earlier pair has the same key, and this one counts",
                        "leave one of them out"));
            }
        }
        last.values().forEach(pair -> each.accept(pair.key(), pair.value()));
    }

    private void setting(Expression.Text key, Expression value) {
        String text = values.text(key.value(), value);
        if (text != null) {
            Map<String, @Nullable Object> cells = new LinkedHashMap<>();
            cells.put("key", key.value());
            cells.put("value", text);
            pair("setting", key, value, cells);
        }
    }

    private void mediaTypes() {
        Map<String, Pair> own = new LinkedHashMap<>();
        Map<String, String> types = new LinkedHashMap<>(schema.mediaTypes());
        top("mimetypes", (key, value) -> {
            Expression resolved = scope.resolve(value);
            if (resolved instanceof Expression.Nothing) {
                types.remove(key.value());
                return;
            }
            String text = resolved == null ? null : values.text(key.value(), resolved);
            if (text != null) {
                types.put(key.value(), text);
                own.put(key.value(), new Pair(key, value));
            }
        });
        types.forEach((extension, type) -> {
            Map<String, @Nullable Object> cells = new LinkedHashMap<>();
            cells.put("mimetype", type);
            cells.put("extension", extension);
            Pair pair = own.get(extension);
            if (pair == null) {
                entries.add(new Entry("mimetype", ids.merge("mimetype", 1L, Long::sum), cells));
            } else {
                pair("mimetype", pair.key(), pair.value(), cells);
            }
        });
    }
}
