package dev.lurcher.broker.cli;

import dev.lurcher.broker.config.history.Blueprint;
import dev.lurcher.broker.config.history.ConfigStore;
import dev.lurcher.broker.config.history.Origin;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code broker upgrade}: a database of Mongrel2's, or of an earlier version, gets the columns of this one. */
@Command(
        name = "upgrade",
        description = {
            "Adds the tables and columns that a database of Mongrel2's, or of an earlier version, lacks. Rows stay as they are, and",
            "what is added has its default: nothing works in another way, and Mongrel2 still starts from it.",
        },
        footer = {"", "Example: broker upgrade --db config.sqlite"})
final class UpgradeCommand implements Callable<Integer> {
    @Mixin
    private final Format format = new Format();

    @Mixin
    private final Source source = new Source();

    @Option(names = "--dry-run", description = "Print what would be added, and write nothing.")
    private boolean isRehearsal;

    @Override
    public Integer call() {
        ConfigStore store = new ConfigStore(source.file(), Blueprint.read());
        List<String> added = store.upgrade(Origin.here("upgrade", "broker", "new columns"), isRehearsal);
        if (format.isJson()) {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("database", source.file().toString());
            facts.put("dry_run", isRehearsal);
            facts.put("added", added);
            Facts.print(facts, format.out());
            return 0;
        }
        PrintWriter out = format.out();
        out.println(source.file()
                + (added.isEmpty() ? ": nothing is missing" : isRehearsal ? ": missing are" : ": added are"));
        added.forEach(each -> out.println("  " + each));
        out.flush();
        return 0;
    }
}
