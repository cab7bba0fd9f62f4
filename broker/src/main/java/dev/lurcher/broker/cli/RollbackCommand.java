package dev.lurcher.broker.cli;

import dev.lurcher.broker.config.history.Blueprint;
import dev.lurcher.broker.config.history.ConfigStore;
import dev.lurcher.broker.config.history.History;
import dev.lurcher.broker.config.history.Origin;
import dev.lurcher.broker.config.language.Draft;
import dev.lurcher.broker.config.language.Language;
import dev.lurcher.broker.config.language.SourceText;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code broker rollback}: a revision is loaded again. */
@Command(
        name = "rollback",
        description = {
            "Puts the configuration of a revision in the place of what is there. It is checked and loaded as broker load does, and",
            "becomes a new revision: the history stays.",
        },
        footer = {"", "Example: broker rollback 2 -m 'the new workers are too slow'"})
final class RollbackCommand implements Callable<Integer> {
    @Mixin
    private final Format format = new Format();

    @Mixin
    private final Source source = new Source();

    @Mixin
    private final ChangeOptions change = new ChangeOptions();

    @Parameters(index = "0", paramLabel = "REVISION", description = "Its number; broker log lists them.")
    private long revision;

    @Override
    public Integer call() {
        String name = "revision " + revision;
        Blueprint blueprint = Blueprint.read();
        Draft draft =
                Language.alone(blueprint.schema()).read(new SourceText(name, History.text(source.file(), revision)));
        ConfigStore store = new ConfigStore(source.file(), blueprint);
        Origin origin = Origin.here("rollback", name, change.message(""));
        return new LoadReport(format, source.file(), change).print(name, draft, change.apply(store, draft, origin));
    }
}
