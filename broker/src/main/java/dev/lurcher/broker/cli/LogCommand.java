package dev.lurcher.broker.cli;

import dev.lurcher.broker.config.history.History;
import dev.lurcher.broker.config.history.Origin;
import dev.lurcher.broker.config.history.Revision;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code broker log}: the history of a configuration. */
@Command(
        name = "log",
        description = {
            "Lists what was done to a configuration: when (UTC), by whom, from which file, and why. The latest comes last.",
            "Lines with a number are revisions: see broker show, diff and rollback.",
        },
        footer = {"", "Example: broker log --db config.sqlite"})
final class LogCommand implements Callable<Integer> {
    @Mixin
    private final Format format = new Format();

    @Mixin
    private final Source source = new Source();

    @Override
    public Integer call() {
        List<Map<String, @Nullable Object>> facts = new ArrayList<>();
        Columns text = new Columns("REVISION", "WHEN", "WHO", "WHERE", "WHAT", "HOW", "WHY");
        for (Revision revision : History.list(source.file())) {
            Origin origin = revision.origin();
            facts.add(facts(revision));
            text.add(
                    revision.number() == 0 ? "" : revision.number(),
                    revision.when(),
                    origin.who(),
                    origin.location(),
                    origin.what(),
                    origin.how(),
                    origin.why());
        }
        format.print(facts, text);
        return 0;
    }

    private static Map<String, @Nullable Object> facts(Revision revision) {
        Map<String, @Nullable Object> facts = new LinkedHashMap<>();
        facts.put("revision", revision.number() == 0 ? null : revision.number());
        facts.put("happened_at", revision.when());
        facts.put("who", revision.origin().who());
        facts.put("location", revision.origin().location());
        facts.put("what", revision.origin().what());
        facts.put("how", revision.origin().how());
        facts.put("why", revision.origin().why());
        return facts;
    }
}
