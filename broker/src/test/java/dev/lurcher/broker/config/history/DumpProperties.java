package dev.lurcher.broker.config.history;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lurcher.broker.config.OpenDatabase;
import dev.lurcher.broker.config.language.ColumnShape;
import dev.lurcher.broker.config.language.Dump;
import dev.lurcher.broker.config.language.Entry;
import dev.lurcher.broker.config.language.Language;
import dev.lurcher.broker.config.language.Schema;
import dev.lurcher.broker.config.language.SourceText;
import dev.lurcher.broker.config.language.TableShape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** What is dumped is loaded as it was, whatever stands in the rows. */
class DumpProperties {
    private static final Blueprint BLUEPRINT = Blueprint.read();
    private static final Schema SCHEMA = BLUEPRINT.schema();
    private static final String[] TEXTS = {
        "",
        "/",
        "localhost",
        "a b",
        "it's",
        "\"",
        "'\"",
        "\\",
        "a\\",
        "\\\\",
        "\\'",
        "\\\"'",
        "# no comment",
        "null",
        "${HOME}",
        "$'x'",
        "/users/([0-9]+)$",
        "\n",
        "\t\r\n",
        "\u0001",
        "\u00fc\u20ac",
        "\ud83d\ude00",
        "\u202e",
        "\ufeff",
        "{",
        "]",
        "5",
        "30s",
        "19:4:main,9:1:1#1:b,]}",
        "0:}",
        "0:]",
        "4:true!",
        "24:1:a,17:1:1#1:b,8:1:c,1:2#}]}"
    };

    @Provide
    Arbitrary<List<Entry>> configurations() {
        return Arbitraries.randomValue(Configurations::new).map(Configurations::make);
    }

    /** Rows with any ids, as people and tools may have written them. */
    private static final class Configurations {
        private final Random random;
        private final List<Entry> entries = new ArrayList<>();
        private final List<Entry> targets = new ArrayList<>();

        Configurations(Random random) {
            this.random = new Random(random.nextLong());
        }

        List<Entry> make() {
            SCHEMA.tables().stream()
                    .filter(shape -> Schema.isTarget(shape.table()))
                    .forEach(shape -> targets.addAll(rows(shape, Map.of(), 1 + random.nextInt(3))));
            for (TableShape shape : SCHEMA.ownedBy(null)) {
                for (Entry entry : rows(shape, Map.of(), 1 + random.nextInt(2))) {
                    add(entry);
                }
            }
            distinct().forEach(key -> pair("setting", Map.of("key", key, "value", text())));
            mediaTypes();
            List<Entry> used = targets.stream().filter(this::isUsed).toList();
            entries.addAll(used);
            return entries;
        }

        private boolean isUsed(Entry target) {
            return entries.stream()
                    .anyMatch(entry -> entry.table().equals("route")
                            && target.table().equals(Schema.targetTable(entry.value("target_type")))
                            && Long.valueOf(target.id()).equals(entry.value("target_id")));
        }

        private void add(Entry entry) {
            entries.add(entry);
            for (TableShape child : SCHEMA.ownedBy(entry.table())) {
                Map<String, Object> keys = Map.of(entry.table() + "_id", entry.id());
                rows(child, keys, random.nextInt(3)).forEach(this::add);
            }
            if (entry.table().equals("host")) {
                for (String path : distinct()) {
                    Entry target = targets.get(random.nextInt(targets.size()));
                    String type = target.table().equals("directory") ? "dir" : target.table();
                    pair(
                            "route",
                            Map.of("host_id", entry.id(), "path", path, "target_type", type, "target_id", target.id()));
                }
            }
        }

        private void mediaTypes() {
            Map<String, String> types = new LinkedHashMap<>(SCHEMA.mediaTypes());
            types.keySet().removeIf(extension -> random.nextInt(20) == 0);
            distinct().forEach(extension -> types.put(extension, text()));
            types.forEach((extension, type) -> pair("mimetype", Map.of("mimetype", type, "extension", extension)));
        }

        private Set<String> distinct() {
            Set<String> keys = new LinkedHashSet<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                keys.add(text());
            }
            return keys;
        }

        private void pair(String table, Map<String, Object> values) {
            entries.add(new Entry(table, id(table), Collections.unmodifiableMap(new LinkedHashMap<>(values))));
        }

        /** Higher than all before it, as a natural order of rows demands. */
        private long id(String table) {
            long last = entries.stream()
                    .filter(entry -> entry.table().equals(table))
                    .mapToLong(Entry::id)
                    .max()
                    .orElse(0);
            return last + 1 + random.nextInt(5);
        }

        private List<Entry> rows(TableShape shape, Map<String, Object> keys, int count) {
            List<Entry> made = new ArrayList<>();
            long id = id(shape.table());
            for (int i = 0; i < count; i++) {
                Map<String, @Nullable Object> values = new LinkedHashMap<>(keys);
                for (ColumnShape column : shape.columns()) {
                    if (column.isRequired() || random.nextInt(3) == 0) {
                        values.put(column.name(), value(column));
                    }
                }
                made.add(new Entry(shape.table(), id, values));
                id += 1 + random.nextInt(3);
            }
            return made;
        }

        private @Nullable Object value(ColumnShape column) {
            if (column.isNullable() && random.nextInt(6) == 0) {
                return null;
            }
            return column.kind() == ColumnShape.Kind.NUMBER ? number() : text();
        }

        private Object number() {
            return switch (random.nextInt(6)) {
                case 0 -> random.nextLong();
                case 1 -> (long) random.nextInt(100);
                case 2 -> random.nextDouble();
                case 3 -> "30s";
                case 4 -> "16m";
                default -> -1L;
            };
        }

        private String text() {
            StringBuilder text = new StringBuilder(TEXTS[random.nextInt(TEXTS.length)]);
            while (random.nextBoolean()) {
                text.append(TEXTS[random.nextInt(TEXTS.length)]);
            }
            return text.toString();
        }
    }

    private static List<Entry> stored(List<Entry> entries) {
        try (OpenDatabase database = OpenDatabase.inMemory(Path.of("memory"))) {
            return database.call(connection -> {
                Rows rows = new Rows(connection, BLUEPRINT);
                rows.replace(entries);
                return rows.read();
            });
        }
    }

    @Property(tries = 300)
    void loadsWhatItDumps(@ForAll("configurations") List<Entry> configuration) {
        List<Entry> there = stored(configuration);
        Dump.Written written = Dump.of(there, SCHEMA);
        assertEquals(List.of(), written.leftOut());

        List<Entry> read = Language.alone(SCHEMA)
                .read(new SourceText("dump", written.text()))
                .entries();
        List<Entry> loaded = stored(read);

        assertEquals(ConfigTree.of(there, SCHEMA), ConfigTree.of(loaded, SCHEMA));
        assertEquals(written.text(), Dump.of(loaded, SCHEMA).text());
        assertEquals(List.of(), Difference.between(there, loaded, SCHEMA));
    }

    /** What was loaded once is loaded again row for row, with the same ids. */
    @Property(tries = 100)
    void loadsItsOwnRowForRow(@ForAll("configurations") List<Entry> configuration) {
        Language language = Language.alone(SCHEMA);
        List<Entry> first = stored(language.read(new SourceText(
                        "dump", Dump.of(stored(configuration), SCHEMA).text()))
                .entries());

        List<Entry> second = stored(
                language.read(new SourceText("dump", Dump.of(first, SCHEMA).text()))
                        .entries());

        assertEquals(first, second);
    }
}
