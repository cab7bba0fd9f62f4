package dev.lurcher.broker.cli;

import dev.lurcher.broker.Broker;
import dev.lurcher.broker.config.ConfigDatabase;
import dev.lurcher.broker.config.ConfigReader;
import dev.lurcher.broker.config.Configuration;
import dev.lurcher.broker.config.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code broker run}: the server, in the foreground. */
@Command(
        name = "run",
        description =
                "Runs a server in the foreground. TERM or Ctrl-C lets running requests finish; a second one ends at once.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: broker run config.sqlite demo"})
final class RunCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "CONFIG", description = "the configuration database")
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private Path file;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "UUID",
            description = "the server's uuid; not needed when there is one server only")
    private @Nullable String uuid;

    @Override
    public Integer call() throws InterruptedException {
        Configuration configuration = read();
        StopSignal stop = StopSignal.install();
        try (Broker broker = Broker.start(configuration, record -> {})) {
            System.err.println("listening on " + broker.address() + " (" + broker.transport() + ")");
            stop.await();
            Duration drain = configuration.settings().duration(Setting.DRAIN_TIME);
            int cut = broker.drain(drain);
            return cut == 0 ? 0 : 3;
        }
    }

    private Configuration read() {
        ConfigDatabase database = ConfigDatabase.read(file);
        return ConfigReader.read(database, database.chosenServer(uuid), Source.checks())
                .valid();
    }
}
