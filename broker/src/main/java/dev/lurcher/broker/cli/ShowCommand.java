package dev.lurcher.broker.cli;

import dev.lurcher.broker.config.history.History;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code broker show}: a revision in the language. */
@Command(
        name = "show",
        description = "Prints a revision of the configuration, in the language that broker load reads.",
        footer = {"", "Example: broker show --at '2h ago' >as-it-was.conf"})
final class ShowCommand implements Callable<Integer> {
    @Mixin
    private final Format format = new Format();

    @Mixin
    private final Source source = new Source();

    @Option(
            names = "--at",
            paramLabel = "WHEN",
            required = true,
            description =
                    "Its number, as broker log lists them; or a time at which it was the last one: 2026-11-21T14:00"
                            + " (in UTC; or with +01:00), 2026-11-21 (the end of that day) or '2h ago'.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private String at;

    @Override
    public Integer call() {
        long revision = RevisionTime.find(at, History.list(source.file()), Instant.now());
        String text = History.text(source.file(), revision);
        if (format.isJson()) {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("revision", revision);
            facts.put("configuration", text);
            Facts.print(facts, format.out());
        } else {
            format.out().print(text);
            format.out().flush();
        }
        return 0;
    }
}
