package dev.lurcher.broker.cli;

import dev.lurcher.broker.config.history.History;
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
        footer = {"", "Example: broker show --at 3 >as-it-was.conf"})
final class ShowCommand implements Callable<Integer> {
    @Mixin
    private final Format format = new Format();

    @Mixin
    private final Source source = new Source();

    @Option(
            names = "--at",
            paramLabel = "REVISION",
            required = true,
            description = "Its number; broker log lists them.")
    private long revision;

    @Override
    public Integer call() {
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
