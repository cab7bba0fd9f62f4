package dev.lurcher.broker.cli;

import dev.lurcher.broker.config.ConfigReader;
import dev.lurcher.broker.config.Problem;
import dev.lurcher.broker.config.Problem.Severity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How servers are started in the background: the options, and the starting. */
final class Starter {
    @Option(
            names = "--user",
            paramLabel = "USER",
            description = "Run as this user. For root; ports below 1024 can be bound nevertheless.")
    private @Nullable String user;

    @Option(
            names = "--insecure-bind",
            description =
                    "Lets ZeroMQ endpoints be bound that other machines can reach; as the setting insecure_bind=1.")
    private boolean insecureBind;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "How long it may take until a server accepts requests (default: ${DEFAULT-VALUE}).")
    private int waitSeconds;

    /**
     * Names what is wrong with the configuration here and now, and not in the log of a process that does not start.
     *
     * @return what a server can run with, perhaps not as was meant
     * @throws dev.lurcher.broker.config.ConfigException where it can not
     */
    List<String> requireSound(ServerProcess process, Path database) {
        ConfigReader.Loaded loaded =
                new ServedDatabase(database, process.server().uuid(), insecureBind).read();
        loaded.valid();
        return loaded.problems().stream()
                .filter(problem -> problem.severity() == Severity.WARNING)
                .map(Problem::toString)
                .toList();
    }

    /**
     * Starts a server, and returns when it accepts requests.
     *
     * @return its process, in words
     * @throws dev.lurcher.broker.StartException where that does not come to pass
     */
    String start(ServerProcess process, Path database) throws IOException, InterruptedException {
        Privileges privileges = Privileges.of(process.server(), user);
        if (privileges.areAnothers()) {
            Daemon.giveFiles(process, privileges);
        }
        Daemon daemon = new Daemon(process, database, privileges.command(), insecureBind);
        Process started = daemon.start(Duration.ofSeconds(waitSeconds));
        return "listening on " + process.state().text("address") + ", process " + started.pid();
    }
}
