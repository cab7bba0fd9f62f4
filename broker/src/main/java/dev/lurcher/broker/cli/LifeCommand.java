package dev.lurcher.broker.cli;

import dev.lurcher.broker.StartException;
import dev.lurcher.broker.config.ConfigException;
import dev.lurcher.broker.config.ConfigReader;
import dev.lurcher.broker.config.Server;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.config.Settings;
import dev.lurcher.broker.telemetry.TelemetryException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** What the commands have in common that start, stop and ask servers: each server in turn, and one that fails stops no other. */
abstract sealed class LifeCommand implements Callable<Integer>
        permits StartCommand, StopCommand, ReloadCommand, RestartCommand {
    private static final Duration AT_ONCE = Duration.ofSeconds(5);

    @Mixin
    private final Words words = new Words();

    @Mixin
    private final Source source = new Source();

    @Mixin
    private final Selection selection = new Selection();

    private Settings settings = Settings.defaults();

    @Override
    public Integer call() throws IOException, InterruptedException {
        ConfigReader.Survey survey = source.all();
        settings = survey.settings();
        List<Server> meant = selection.of(survey.servers());
        int worst = 0;
        for (Server server : meant) {
            worst = Math.max(worst, attempt(new ServerProcess(server)));
        }
        return worst;
    }

    private int attempt(ServerProcess process) throws IOException, InterruptedException {
        try {
            return act(process);
        } catch (StartException | ConfigException | TelemetryException e) {
            complain(process, String.valueOf(e.getMessage()));
            return Main.FAILED;
        }
    }

    /** Does it for one server; returns its exit code. */
    abstract int act(ServerProcess process) throws IOException, InterruptedException;

    Source source() {
        return source;
    }

    /** How long the requests of a server may take once it is told to stop. */
    Duration drainTime() {
        return settings.duration(Setting.DRAIN_TIME);
    }

    /**
     * Stops a server and waits for its end, which its requests may put off.
     *
     * @param now whether they may not
     * @return 0 when it does not run any more
     */
    int stop(ServerProcess process, boolean now) throws IOException, InterruptedException {
        Optional<ProcessHandle> running = process.running();
        if (running.isEmpty()) {
            say(process, "does not run");
            return 0;
        }
        ProcessHandle handle = running.get();
        Signaller.end(handle);
        Duration most = now ? AT_ONCE : drainTime().plus(AT_ONCE);
        boolean ended = Signaller.await(most, () -> {
            if (now) {
                // A second TERM ends a server at once; one that comes too early is one with the first.
                boolean unused = handle.destroy();
            }
            return !handle.isAlive();
        });
        if (ended) {
            say(process, "stopped, process " + handle.pid());
            return 0;
        }
        complain(
                process,
                "process " + handle.pid() + " still runs after " + most.toSeconds()
                        + " s. Fix: wait longer, or end it at once with --now.");
        return Main.FAILED;
    }

    /** Says what was done. */
    void say(ServerProcess process, String what) {
        words.out().println(process.name() + ": " + what);
        words.out().flush();
    }

    /** Says what was not. */
    void complain(ServerProcess process, String what) {
        words.err().println("broker: " + process.name() + ": " + what);
        words.err().flush();
    }
}
