package dev.lurcher.broker.cli;

import dev.lurcher.protocol.TNetString.Text;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code broker pause}: holds requests back. */
@Command(
        name = "pause",
        description = {
            "Lets the requests of a handler, or of all handlers of a host, wait in their queue; what workers have in hand goes on.",
            "'resume' gives them to the workers that are there then; so does the end of the time."
        },
        footer = {"", "Example: broker pause hello --max 60s"})
final class PauseCommand implements Callable<Integer> {
    @Mixin
    private final Format format = new Format();

    @Mixin
    private final ControlSource source = new ControlSource();

    @Parameters(
            paramLabel = "NAME",
            description = "A handler's send_ident, or the name of a host where no handler is called so.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private String name;

    @Option(
            names = "--max",
            paramLabel = "TIME",
            defaultValue = "60s",
            description = "After which they are released by themselves, up to 1h (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private String most;

    @Override
    public Integer call() {
        return source.show(format, "pause", Map.of("name", Text.utf8(name), "max", Text.utf8(most)));
    }
}
