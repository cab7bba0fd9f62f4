package dev.lurcher.broker.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code broker drain}: gives a worker nothing new. */
@Command(
        name = "drain",
        description = {
            "Gives a worker nothing new. What it has in hand it may finish; a managed one is told, and goes then.",
            "One that takes its requests over PULL stays connected, and idle."
        },
        footer = {"", "Example: broker drain 3"})
final class DrainCommand implements Callable<Integer> {
    @Mixin
    private final Format format = new Format();

    @Mixin
    private final ControlSource source = new ControlSource();

    @Mixin
    private final WorkerChoice choice = new WorkerChoice();

    @Override
    public Integer call() {
        return source.show(format, "drain", choice.arguments());
    }
}
