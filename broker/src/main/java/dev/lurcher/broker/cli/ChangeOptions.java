package dev.lurcher.broker.cli;

import dev.lurcher.broker.config.history.ConfigStore;
import dev.lurcher.broker.config.history.Origin;
import dev.lurcher.broker.config.language.Draft;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of the commands that put another configuration in the place of what is there. */
final class ChangeOptions {
    @Option(names = "--dry-run", description = "Check it and print what would change, and write nothing.")
    private boolean isRehearsal;

    @Option(names = "--diff", description = "Print the lines in which the old and the new one differ.")
    private boolean isDiff;

    @Option(
            names = {"-m", "--message"},
            paramLabel = "TEXT",
            description = "Why, for the history.")
    private @Nullable String message;

    boolean isRehearsal() {
        return isRehearsal;
    }

    boolean isDiff() {
        return isDiff;
    }

    /** What was written, or what stands in for it. */
    String message(String otherwise) {
        return message == null ? otherwise : message;
    }

    ConfigStore.Outcome apply(ConfigStore store, Draft draft, Origin origin) {
        return isRehearsal ? store.rehearse(draft, Source.checks()) : store.load(draft, origin, Source.checks());
    }
}
