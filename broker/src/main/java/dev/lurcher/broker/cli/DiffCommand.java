package dev.lurcher.broker.cli;

import dev.lurcher.broker.config.history.Blueprint;
import dev.lurcher.broker.config.history.ConfigStore;
import dev.lurcher.broker.config.history.History;
import dev.lurcher.broker.config.history.Revision;
import dev.lurcher.broker.config.history.TextDiff;
import dev.lurcher.broker.config.language.SourceText;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code broker diff}: what is different between two revisions. */
@Command(
        name = "diff",
        description = {
            "Prints the lines in which two revisions differ, or a revision and what is in the database now.",
            "Without a number it is the last revision and now: what has been changed since, by SQL or by other tools.",
        },
        footer = {"", "Examples: broker diff 2 3", "          broker diff"})
final class DiffCommand implements Callable<Integer> {
    @Mixin
    private final Format format = new Format();

    @Mixin
    private final Source source = new Source();

    @Parameters(index = "0", arity = "0..1", paramLabel = "OLD", description = "A revision (default: the last one).")
    private @Nullable Long old;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "NEW",
            description = "Another one (default: what is in the database now).")
    private @Nullable Long now;

    @Override
    public Integer call() {
        ConfigStore store = new ConfigStore(source.file(), Blueprint.read());
        SourceText before = revision(old == null ? latest() : old);
        SourceText after = now == null ? new SourceText("now", store.dump().text()) : revision(now);
        if (format.isJson()) {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("old", before.name());
            facts.put("new", after.name());
            facts.put("changes", ChangesText.facts(store.changes(before, after)));
            Facts.print(facts, format.out());
            return 0;
        }
        PrintWriter out = format.out();
        out.println("--- " + before.name());
        out.println("+++ " + after.name());
        TextDiff.between(before.text(), after.text()).forEach(out::println);
        out.flush();
        return 0;
    }

    private SourceText revision(long number) {
        return new SourceText("revision " + number, History.text(source.file(), number));
    }

    /** 0 when there is none, of which one hears then. */
    private long latest() {
        return History.list(source.file()).stream()
                .mapToLong(Revision::number)
                .max()
                .orElse(0);
    }
}
