package dev.lurcher.broker.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code broker reload}: has servers read their configuration again. */
@Command(
        name = "reload",
        description = {
            "Has running servers read their configuration again (HUP), and tells what has come of it.",
            "What is wrong with it is named, and the server goes on as before; the exit code is 1 then."
        },
        footer = {"", "Example: broker reload --name test"})
final class ReloadCommand extends LifeCommand {
    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "How long to wait for the result (default: ${DEFAULT-VALUE}).")
    private int waitSeconds;

    @Override
    int act(ServerProcess process) throws IOException, InterruptedException {
        Optional<ProcessHandle> running = process.running();
        if (running.isEmpty()) {
            complain(process, "does not run. Fix: start it, with broker start.");
            return Main.FAILED;
        }
        if (Signaller.isDeafToHup(running.get())) {
            complain(
                    process,
                    "process " + running.get().pid()
                            + " was started to ignore HUP, as by nohup, and hears nothing of a reload."
                            + " Fix: ask its control port, with broker control reload what=result --uuid "
                            + process.server().uuid() + "; and start it with broker start, which needs no nohup.");
            return Main.FAILED;
        }
        int before = process.state().reloads();
        Signaller.send("HUP", running.get());
        boolean told = Signaller.await(
                Duration.ofSeconds(waitSeconds),
                () -> state(process).reloads() > before || !running.get().isAlive());
        if (!told || !running.get().isAlive()) {
            complain(
                    process,
                    "process " + running.get().pid() + " does not say what has come of the reload. Fix: see "
                            + process.server().errorLog() + ".");
            return Main.FAILED;
        }
        return tell(process, state(process));
    }

    private int tell(ServerProcess process, ServerProcess.State state) {
        if (!state.isApplied()) {
            complain(process, "the reload is refused, and nothing has changed:");
            state.all("problem").forEach(problem -> complain(process, problem));
            return Main.FAILED;
        }
        say(process, state.all("change").isEmpty() ? "reloaded, and nothing has changed" : "reloaded");
        state.all("change").forEach(change -> say(process, change));
        state.all("restart").forEach(change -> say(process, change));
        state.all("problem").forEach(problem -> complain(process, problem));
        return 0;
    }

    private static ServerProcess.State state(ServerProcess process) {
        try {
            return process.state();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
