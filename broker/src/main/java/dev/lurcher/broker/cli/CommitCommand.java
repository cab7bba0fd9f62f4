package dev.lurcher.broker.cli;

import dev.lurcher.broker.config.history.Blueprint;
import dev.lurcher.broker.config.history.ConfigStore;
import dev.lurcher.broker.config.history.Origin;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code broker commit}: what is there now becomes a revision. */
@Command(
        name = "commit",
        description = {
            "Makes a revision of what is in the database now, with a message: after changes by SQL or by other tools, or to say",
            "what was done on this machine.",
        },
        footer = {"", "Example: broker commit -m 'more time for reports'"})
final class CommitCommand implements Callable<Integer> {
    @Mixin
    private final Format format = new Format();

    @Mixin
    private final Source source = new Source();

    @Option(
            names = {"-m", "--message", "--why"},
            paramLabel = "TEXT",
            required = true,
            description = "Why.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private String message;

    @Option(
            names = "--what",
            paramLabel = "WORD",
            defaultValue = "commit",
            description = "What was done (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private String what;

    @Override
    public Integer call() {
        ConfigStore store = new ConfigStore(source.file(), Blueprint.read());
        long revision = store.commit(Origin.here(what, "broker", message));
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("database", source.file().toString());
        facts.put("revision", revision);
        format.print(facts, source.file() + ": revision " + revision);
        return 0;
    }
}
