package dev.lurcher.broker.cli;

import dev.lurcher.protocol.TNetString.Text;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

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

    @Parameters(
            paramLabel = "WORKER",
            description = "Its number, as 'workers' shows it; or its name, which several may have.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private String worker;

    @Override
    public Integer call() {
        return source.show(format, "kick", Map.of("worker", Text.utf8(worker)));
    }
}
