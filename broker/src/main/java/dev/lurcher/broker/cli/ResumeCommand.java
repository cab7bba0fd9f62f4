package dev.lurcher.broker.cli;

import dev.lurcher.protocol.TNetString.Text;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code broker resume}: lets held requests go. */
@Command(
        name = "resume",
        description = "Gives the requests that 'pause' has held back to the workers that are there now.",
        footer = {"", "Example: broker resume hello"})
final class ResumeCommand implements Callable<Integer> {
    @Mixin
    private final Format format = new Format();

    @Mixin
    private final ControlSource source = new ControlSource();

    @Parameters(
            paramLabel = "NAME",
            arity = "0..1",
            description = "A handler's send_ident, or the name of a host (default: all that is paused).")
    private @Nullable String name;

    @Override
    public Integer call() {
        return source.show(format, "resume", name == null ? Map.of() : Map.of("name", Text.utf8(name)));
    }
}
