package dev.lurcher.broker.cli;

import dev.lurcher.broker.config.history.Blueprint;
import dev.lurcher.broker.config.history.ConfigStore;
import dev.lurcher.broker.config.language.Dump;
import dev.lurcher.broker.config.language.Entry;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code broker dump}: a configuration becomes a text. */
@Command(
        name = "dump",
        description = {
            "Prints a configuration in the language that broker load reads.",
            "What has its default is left out, and so are rows that no server leads to.",
        },
        footer = {"", "Example: broker dump --db config.sqlite >site.conf"})
final class DumpCommand implements Callable<Integer> {
    @Mixin
    private final Format format = new Format();

    @Mixin
    private final Source source = new Source();

    @Override
    public Integer call() {
        ConfigStore store = new ConfigStore(source.file(), Blueprint.read());
        if (format.isJson()) {
            Facts.print(facts(store.entries()), format.out());
            return 0;
        }
        Dump.Written written = store.dump();
        format.out().print(written.text());
        format.out().flush();
        if (!written.leftOut().isEmpty()) {
            PrintWriter err = format.err();
            err.println("broker: left out is what no server leads to, and what another row with the same key hides: "
                    + String.join(", ", written.leftOut()));
            err.flush();
        }
        return 0;
    }

    /** All rows by table. */
    private static Map<String, List<Map<String, @Nullable Object>>> facts(List<Entry> entries) {
        Map<String, List<Map<String, @Nullable Object>>> tables = new LinkedHashMap<>();
        for (Entry entry : entries) {
            Map<String, @Nullable Object> row = new LinkedHashMap<>();
            row.put("id", entry.id());
            row.putAll(entry.values());
            tables.computeIfAbsent(entry.table(), table -> new ArrayList<>()).add(row);
        }
        return tables;
    }
}
