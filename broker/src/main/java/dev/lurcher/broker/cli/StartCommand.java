package dev.lurcher.broker.cli;

import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code broker start}: servers in the background. */
@Command(
        name = "start",
        description = {
            "Starts servers in the background, and returns when they accept requests, or with what is in the way.",
            "One that runs already is left alone. Started by root, a server runs as --user, or as the owner of its chroot."
        },
        footer = {"", "Example: broker start --every"})
final class StartCommand extends LifeCommand {
    @Mixin
    private final Starter starter = new Starter();

    @Override
    int act(ServerProcess process) throws IOException, InterruptedException {
        Optional<ProcessHandle> running = process.running();
        if (running.isPresent()) {
            say(process, "runs already, process " + running.get().pid());
            return 0;
        }
        starter.requireSound(process, source().file()).forEach(warning -> complain(process, warning));
        say(process, starter.start(process, source().file()));
        return 0;
    }
}
