package dev.lurcher.broker.cli;

import dev.lurcher.broker.config.Server;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code broker running}: whether servers run, in m2sh's words. */
@Command(
        name = "running",
        description = {
            "Tells whether servers run, as m2sh does. The exit code is 0 when all of them do; status tells more."
        },
        footer = {"", "Example: broker running --host localhost"})
final class RunningCommand implements Callable<Integer> {
    @Mixin
    private final Words words = new Words();

    @Mixin
    private final Source source = new Source();

    @Mixin
    private final Selection selection = new Selection();

    @Override
    public Integer call() throws IOException {
        int exitCode = 0;
        for (Server server : selection.of(source.all().servers())) {
            ServerProcess process = new ServerProcess(server);
            Optional<Long> pid = process.pid();
            boolean runs = process.running().isPresent();
            words.out()
                    .println(
                            pid.isEmpty()
                                    ? "lurcher is not running because pid_file isn't there."
                                    : "lurcher at PID " + pid.get() + (runs ? " running." : " is NOT running."));
            exitCode = runs ? exitCode : Main.FAILED;
        }
        words.out().flush();
        return exitCode;
    }
}
