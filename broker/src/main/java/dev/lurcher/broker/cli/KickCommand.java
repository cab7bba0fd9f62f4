package dev.lurcher.broker.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code broker kick}: disconnects a worker. */
@Command(
        name = "kick",
        description = {
            "Ends the connection of a worker. What it has in hand goes to others where it may be repeated, as when a worker is lost.",
            "A worker that still runs connects again by itself, as a new one."
        },
        footer = {"", "Example: broker kick 3"})
final class KickCommand implements Callable<Integer> {
    @Mixin
    private final Format format = new Format();

    @Mixin
    private final ControlSource source = new ControlSource();

    @Mixin
    private final WorkerChoice choice = new WorkerChoice();

    @Override
    public Integer call() {
        return source.show(format, "kick", choice.arguments());
    }
}
