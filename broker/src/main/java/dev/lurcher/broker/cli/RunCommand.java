package dev.lurcher.broker.cli;

import dev.lurcher.broker.Broker;
import dev.lurcher.broker.Keeper;
import dev.lurcher.broker.StartException;
import dev.lurcher.broker.config.ConfigDatabase;
import dev.lurcher.broker.config.ConfigReader;
import dev.lurcher.broker.config.Configuration;
import dev.lurcher.broker.config.Problem;
import dev.lurcher.broker.config.Server;
import dev.lurcher.broker.config.ServerCheck;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.telemetry.ErrorLog;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code broker run}: the server, in the foreground. */
@Command(
        name = "run",
        description =
                "Runs a server in the foreground. TERM or Ctrl-C lets running requests finish; a second one ends at once.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: broker run config.sqlite demo"})
final class RunCommand implements Callable<Integer> {
    /** Exit code when connections had to be cut at the end of the drain time. */
    private static final int FORCED = 3;

    @Parameters(index = "0", paramLabel = "CONFIG", description = "the configuration database")
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private Path file;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "UUID",
            description = "the server's uuid; not needed when there is one server only")
    private @Nullable String uuid;

    @Option(
            names = "--insecure-bind",
            description =
                    "lets ZeroMQ endpoints be bound that other machines can reach; as the setting insecure_bind=1")
    private boolean insecureBind;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private CommandSpec spec;

    private final Watcher watcher;

    /** Sees how a server starts. */
    interface Watcher {
        /** It accepts requests from now on. */
        void onStart(Broker broker, StopSignal stop);
    }

    /** For picocli. */
    RunCommand() {
        this((broker, stop) -> {});
    }

    RunCommand(Watcher watcher) {
        this.watcher = watcher;
    }

    @Override
    public Integer call() throws InterruptedException {
        Configuration configuration = read();
        Server server = configuration.server();
        StopSignal stop = StopSignal.install();
        try (ErrorLog errors = ErrorLog.open(log(server, server.errorLog()), server.errorLogLevel());
                Logs logs = Logs.open(configuration)) {
            Broker broker = Broker.start(configuration, logs);
            try (broker;
                    PidFile pid = PidFile.write(server.located(server.pidFile()))) {
                broker.openControlPort(keeper(stop, errors, logs));
                say("listening on %s (%s), process %d"
                        .formatted(
                                broker.address(),
                                broker.transport(),
                                ProcessHandle.current().pid()));
                broker.admin().ifPresent(admin -> say("admin pages at " + admin));
                watcher.onStart(broker, stop);
                stop.await();
                return stop(broker, configuration.settings().duration(Setting.DRAIN_TIME));
            } finally {
                // Closed by now, so that every exchange has its outcome.
                LoggerFactory.getLogger(RunCommand.class).info("figures {}", broker.figures());
            }
        }
    }

    private int stop(Broker broker, Duration most) throws InterruptedException {
        say("stopping: requests have " + most.toSeconds() + " s to finish; another signal ends at once");
        int cut = broker.drain(most);
        if (cut > 0) {
            say(cut + " connections were cut: they had not finished in time");
            return FORCED;
        }
        return 0;
    }

    private static Keeper keeper(StopSignal stop, ErrorLog errors, Logs logs) {
        return new Keeper() {
            @Override
            public void stop() {
                stop.ask();
            }

            @Override
            public void reopenLogs() {
                errors.reopen();
                logs.reopen();
            }
        };
    }

    /** Where a log goes; its folder is made. */
    static String log(Server server, String path) {
        Path located = server.located(path);
        Path folder = located.toAbsolutePath().getParent();
        try {
            if (folder != null && !Files.isDirectory(folder)) {
                Files.createDirectories(folder);
            }
        } catch (IOException e) {
            throw new StartException("the folder " + folder + " of the log " + path + " cannot be made: "
                    + WriteFault.of(e) + ". Fix: correct the path in table server, or make the folder.");
        }
        return located.toString();
    }

    private void say(String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(line);
        err.flush();
    }

    private Configuration read() {
        ConfigDatabase database = ConfigDatabase.read(file);
        ServerCheck[] checks = Arrays.stream(Source.checks())
                .map(check -> (ServerCheck) (draft, problems) -> check.check(asAsked(draft), problems))
                .toArray(ServerCheck[]::new);
        ConfigReader.Loaded loaded = ConfigReader.read(database, database.chosenServer(uuid), checks);
        Configuration valid = loaded.valid();
        loaded.problems().stream()
                .filter(problem -> problem.severity() == Problem.Severity.WARNING)
                .forEach(problem -> say(problem.toString()));
        return asAsked(valid);
    }

    /** The configuration with what the command line changes of it. */
    private Configuration asAsked(Configuration read) {
        return insecureBind ? read.with(read.settings().with(Setting.INSECURE_BIND, "1")) : read;
    }
}
