package dev.lurcher.broker.cli;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code broker stop}: ends servers. */
@Command(
        name = "stop",
        description = {
            "Stops servers, and returns when they have ended: their requests have limits.drain_time to finish.",
            "One that does not run is as it should be. The exit code is 0 when none runs any more."
        },
        footer = {"", "Example: broker stop --name test"})
final class StopCommand extends LifeCommand {
    @Option(
            names = {"--now", "--murder"},
            description = "End at once, whatever is under way.")
    private boolean now;

    @Override
    int act(ServerProcess process) throws IOException, InterruptedException {
        return stop(process, now);
    }
}
