package dev.lurcher.broker.cli;

import dev.lurcher.broker.Broker;
import dev.lurcher.broker.Keeper;
import dev.lurcher.broker.ReloadResult;
import dev.lurcher.broker.config.ConfigReader;
import dev.lurcher.broker.config.Configuration;
import dev.lurcher.broker.config.Problem;
import dev.lurcher.broker.config.Server;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.loop.EventLoops;
import dev.lurcher.broker.telemetry.TelemetryException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code broker run}: the server, in the foreground. */
@Command(
        name = "run",
        description = {
            "Runs a server in the foreground. TERM or Ctrl-C lets running requests finish; a second one ends at once.",
            "HUP reads the configuration again; what is wrong with it leaves the running one in force. USR1 opens the logs anew.",
            "Exit code 0: all requests had finished; 3: some were cut at the end of limits.drain_time; 1: it could not start."
        },
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
        ServedDatabase database = new ServedDatabase(file, uuid, insecureBind);
        Configuration configuration = read(database);
        Server server = configuration.server();
        StopSignal stop = StopSignal.ofServer();
        try (Logs logs = Logs.open(configuration)) {
            database.tell(logs);
            Privileges.warnOfRoot();
            Broker broker = start(configuration, logs, database);
            try (broker;
                    PidFile pid = PidFile.write(server.located(server.pidFile()));
                    RunState state = RunState.of(server.located(server.pidFile()), file, broker)) {
                broker.openControlPort(keeper(stop, logs, state));
                say("listening on %s (%s), process %d"
                        .formatted(
                                broker.address(),
                                broker.transport(),
                                ProcessHandle.current().pid()));
                broker.admin().ifPresent(admin -> say("admin pages at " + admin));
                watcher.onStart(broker, stop);
                serve(broker, stop, logs, state);
                return stop(broker, state);
            } finally {
                // Closed by now, so that every exchange has its outcome.
                LoggerFactory.getLogger(RunCommand.class).info("figures {}", broker.figures());
            }
        }
    }

    private Configuration read(ServedDatabase database) {
        ConfigReader.Loaded loaded = database.read();
        Configuration valid = loaded.valid();
        loaded.problems().stream()
                .filter(problem -> problem.severity() == Problem.Severity.WARNING)
                .forEach(problem -> say(problem.toString()));
        return valid;
    }

    private static Broker start(Configuration configuration, Logs logs, ServedDatabase database) {
        EventLoops loops = EventLoops.start(configuration.settings().integer(Setting.EVENT_LOOPS));
        return Broker.start(configuration, logs, loops, database);
    }

    /** Does what signals ask for, until one asks to stop. */
    private static void serve(Broker broker, StopSignal signals, Logs logs, RunState state)
            throws InterruptedException {
        Terminal terminal = new Terminal();
        while (true) {
            StopSignal.Wish wish = signals.next();
            // The end of a terminal is told by the same signal.
            if (wish == StopSignal.Wish.STOP || (wish == StopSignal.Wish.RELOAD && terminal.hasEnded())) {
                signals.ask();
                return;
            }
            if (wish == StopSignal.Wish.RELOAD) {
                reload(broker, state);
            } else {
                reopen(logs);
            }
        }
    }

    private static ReloadResult reload(Broker broker, RunState state) {
        state.reloads();
        ReloadResult result;
        try {
            result = broker.reload();
        } catch (RuntimeException e) {
            // A fault of ours must not end what runs.
            logger().error("the reload has failed", e);
            result = new ReloadResult(false, List.of(), List.of("the reload has failed: " + e), List.of());
        }
        state.reloaded(result);
        return result;
    }

    private static void reopen(Logs logs) {
        try {
            logs.reopen();
            logger().info("the logs were opened anew");
        } catch (TelemetryException e) {
            logger().warn("{}; the log in use before stays so", e.getMessage());
        }
    }

    private static Logger logger() {
        // Not before the error log is open.
        return LoggerFactory.getLogger(RunCommand.class);
    }

    private int stop(Broker broker, RunState state) throws InterruptedException {
        Duration most = broker.configuration().settings().duration(Setting.DRAIN_TIME);
        state.stops();
        say("stopping: requests have " + most.toSeconds() + " s to finish; another signal ends at once");
        int cut = broker.drain(most);
        if (cut > 0) {
            say(cut + " connections were cut: they had not finished in time");
            return FORCED;
        }
        return 0;
    }

    private static Keeper keeper(StopSignal stop, Logs logs, RunState state) {
        return new Keeper() {
            @Override
            public void stop() {
                stop.ask();
            }

            @Override
            public ReloadResult reload(Broker broker) {
                return RunCommand.reload(broker, state);
            }

            @Override
            public void reopenLogs() {
                logs.reopen();
            }
        };
    }

    private void say(String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(line);
        err.flush();
    }
}
