package dev.lurcher.broker.cli;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code broker restart}: ends servers and starts them again. */
@Command(
        name = "restart",
        description = {
            "Stops servers and starts them again, those that do not run as well. Nothing is stopped where the configuration is wrong.",
            "What a reload can do needs no restart, which refuses connections until the server is back."
        },
        footer = {"", "Example: broker restart --uuid demo"})
final class RestartCommand extends LifeCommand {
    @Mixin
    private final Starter starter = new Starter();

    @Override
    int act(ServerProcess process) throws IOException, InterruptedException {
        starter.requireSound(process, source().file()).forEach(warning -> complain(process, warning));
        if (process.running().isPresent()) {
            int stopped = stop(process, false);
            if (stopped != 0) {
                return stopped;
            }
        }
        say(process, starter.start(process, source().file()));
        return 0;
    }
}
