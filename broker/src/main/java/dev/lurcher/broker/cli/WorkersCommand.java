package dev.lurcher.broker.cli;

import dev.lurcher.protocol.TNetString.Text;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code broker workers}: who is connected. */
@Command(
        name = "workers",
        description = {
            "Lists the workers that are connected to a running broker, with what each has in hand.",
            "The column WORKER has the numbers by which drain and kick know them."
        },
        footer = {"", "Example: broker workers hello"})
final class WorkersCommand implements Callable<Integer> {
    @Mixin
    private final Format format = new Format();

    @Mixin
    private final ControlSource source = new ControlSource();

    @Parameters(
            paramLabel = "HANDLER",
            arity = "0..1",
            description = "The send_ident of a handler (default: all handlers).")
    private @Nullable String handler;

    @Override
    public Integer call() {
        return source.show(format, "workers", handler == null ? Map.of() : Map.of("handler", Text.utf8(handler)));
    }
}
