package dev.lurcher.broker.cli;

import dev.lurcher.broker.config.history.Blueprint;
import dev.lurcher.broker.config.history.ConfigStore;
import dev.lurcher.broker.config.history.Origin;
import dev.lurcher.broker.config.language.Draft;
import dev.lurcher.broker.config.language.FileLibrary;
import dev.lurcher.broker.config.language.Language;
import dev.lurcher.broker.config.language.LanguageException;
import dev.lurcher.broker.config.language.SourceText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code broker load}: a text becomes a configuration. */
@Command(
        name = "load",
        aliases = "config",
        description = {
            "Reads a configuration in the language of mongrel2.conf and puts it into the database, in place of what is there.",
            "It is checked first, and loaded as a whole or not at all. The history stays: see broker log.",
        },
        footer = {"", "Example: broker load --db config.sqlite --config mongrel2.conf --dry-run"})
final class LoadCommand implements Callable<Integer> {
    private static final String STANDARD_INPUT = "-";

    @Mixin
    private final Format format = new Format();

    @Mixin
    private final Source source = new Source();

    @Mixin
    private final ChangeOptions change = new ChangeOptions();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            defaultValue = "mongrel2.conf",
            description = "What is read (default: ${DEFAULT-VALUE}); - for standard input.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private String config;

    @Option(names = "--parameters", description = "Print docs/parameters.md, and load nothing.")
    private boolean isParameters;

    @Override
    public Integer call() throws IOException {
        Blueprint blueprint = Blueprint.read();
        if (isParameters) {
            format.out().print(ParametersDocument.text(blueprint.schema()));
            format.out().flush();
            return 0;
        }
        LoadReport report = new LoadReport(format, source.file(), change);
        Language language = new Language(blueprint.schema(), new FileLibrary(), System.getenv());
        Draft draft;
        try {
            draft = language.read(text());
        } catch (LanguageException broken) {
            return report.broken(config, broken);
        }
        ConfigStore store = new ConfigStore(source.file(), blueprint);
        Origin origin = Origin.here("load", config, change.message("command"));
        return report.print(config, draft, change.apply(store, draft, origin));
    }

    private SourceText text() throws IOException {
        return config.equals(STANDARD_INPUT)
                ? new SourceText("standard input", FileLibrary.decoded(System.in.readAllBytes()))
                : FileLibrary.read(Path.of(config));
    }
}
